// SPDX-License-Identifier: Apache-2.0
#include "app/Application.h"

#include <QTemporaryDir>
#include <gtest/gtest.h>

/// One application for all tests of the window, on `offscreen`, with settings in a folder of its
/// own.
int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir home;
    qputenv("VERITUNE_HOME", home.path().toUtf8());
    testing::InitGoogleTest(&argc, argv);
    veritune::app::Application app(argc, argv);
    app.begin(home.path() + QStringLiteral("/veritune.ini"));
    return RUN_ALL_TESTS();
}
