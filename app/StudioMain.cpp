// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/StudioMain.h"

#include "app/Application.h"
#include "app/MainWindow.h"
#include "app/PlainText.h"
#include "app/SingleInstance.h"
#include "core/util/harden.h"

#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>

#include <cstdio>

namespace veritune::app {
namespace {

struct Arguments {
    QString project;
    QString language;
    QString scheme;
};

/// A file manager hands over project.sqlite, a person the folder.
QString projectFolder(const QString& named) {
    if (named.isEmpty()) return {};
    const QFileInfo place(QDir().absoluteFilePath(named));
    return place.isFile() ? place.absolutePath() : place.absoluteFilePath();
}

Arguments parse(const QStringList& words) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Veritune's window."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption language(QStringLiteral("language"),
                                      QStringLiteral("Language of the window: en or de."),
                                      QStringLiteral("code"));
    const QCommandLineOption scheme(
        QStringLiteral("scheme"),
        QStringLiteral("Colours: system, light, dark or high-contrast."),
        QStringLiteral("name"));
    const QCommandLineOption self(
        QStringLiteral("self-test-network"),
        QStringLiteral("Try to open network sockets; all must be refused."));
    parser.addOptions({language, scheme, self});
    parser.addPositionalArgument(QStringLiteral("project"),
                                 QStringLiteral("Project folder to open."),
                                 QStringLiteral("[project]"));
    parser.process(words);
    return {.project = projectFolder(parser.positionalArguments().value(0)),
            .language = parser.value(language),
            .scheme = parser.value(scheme)};
}

}  // namespace

int studioMain(int argc,
               char** argv,
               const std::function<void(Application&, MainWindow&)>& extend) {
    if (const util::Status hardened = util::harden_process(); !hardened) {
        std::fprintf(stderr, "veritune-studio: %s\n", util::to_string(hardened.error()).c_str());
        return 3;
    }
    if (util::wants_network_self_test(argc, argv)) {  // needs no display
        const util::NetworkSelfTest test = util::network_self_test();
        std::fputs(test.text.c_str(), stdout);
        return test.passed ? 0 : 1;
    }
    Application::setHighDpiScaleFactorRoundingPolicy(
        Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    Application app(argc, argv);
    const Arguments arguments = parse(app.arguments());
    app.begin();
    if (!arguments.scheme.isEmpty())
        app.context().settings.set(Setting::kColorScheme, arguments.scheme);
    if (!arguments.language.isEmpty())
        app.context().settings.set(Setting::kLanguage, arguments.language);
    MainWindow window(app.context());
    SingleInstance instance;
    QObject::connect(&instance, &SingleInstance::raiseRequested, &window, [&window] {
        window.showNormal();
        window.raise();
        window.activateWindow();
    });
    QObject::connect(&window, &MainWindow::projectChanged, &instance, [&](const QString& dir) {
        // Another window has this project: it comes to the front and this one ends.
        if (!instance.claim(window.session() ? window.session()->info() : store::ProjectInfo{}) &&
            !dir.isEmpty())
            app.quit();
    });
    window.show();
    if (extend) extend(app, window);
    if (!arguments.project.isEmpty()) {
        window.openProject(arguments.project, {});
    } else {
        window.go({});
    }
    return app.exec();
}

}  // namespace veritune::app
