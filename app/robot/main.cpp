// SPDX-License-Identifier: GPL-3.0-or-later
// veritune-studio-test: the same window with the robot of the test rig; never installed.
#include "app/Application.h"
#include "app/StudioMain.h"
#include "app/robot/Robot.h"

int main(int argc, char** argv) {
    using namespace veritune::app;
    Application::allowPseudoLocales();
    const QString script = Robot::takeScript(argc, argv);
    return studioMain(argc, argv, [script](Application& app, MainWindow& window) {
        if (!script.isEmpty()) new Robot(app, window, script);
    });
}
