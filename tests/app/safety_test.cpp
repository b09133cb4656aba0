// SPDX-License-Identifier: Apache-2.0
// What content must never do in the window (docs/user/window.md, Privacy), and what the program
// must never load.
#include "app/MainWindow.h"
#include "core/data/run_record.h"
#include "core/store/project.h"
#include "tests/app/app_test_support.h"

#include <QDir>
#include <QFile>
#include <QPainter>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTextDocument>
#include <QXmlStreamReader>
#include <gtest/gtest.h>

#include <sys/inotify.h>
#include <unistd.h>

namespace veritune::app {
namespace {

/// Counts who opens the files of a folder.
class OpenWatch {
  public:
    explicit OpenWatch(const QString& dir)
        : fd_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
        inotify_add_watch(fd_, QFile::encodeName(dir).constData(), IN_OPEN);
    }
    ~OpenWatch() { ::close(fd_); }
    OpenWatch(const OpenWatch&) = delete;
    OpenWatch& operator=(const OpenWatch&) = delete;
    bool opened() const {
        char buffer[4096];
        return ::read(fd_, buffer, sizeof buffer) > 0;
    }

  private:
    int fd_;
};

/// A picture and a page that hostile texts name.
QString makeBait(const QTemporaryDir& dir) {
    QImage image(4, 4, QImage::Format_RGB32);
    image.fill(Qt::red);
    image.save(dir.filePath(QStringLiteral("bait.png")));
    QFile page(dir.filePath(QStringLiteral("bait.html")));
    EXPECT_TRUE(page.open(QIODevice::WriteOnly));
    page.write("<p>bait</p>");
    return dir.path();
}

/// 200 texts: HTML, Markdown, links, style sheets, ANSI, bidi and control characters, long lines.
std::vector<std::string> hostileTexts(const std::string& bait) {
    const std::vector<std::string> forms = {
        "<img src=\"" + bait + "/bait.png\">",
        "<html><body><img src='file://" + bait + "/bait.png'></body></html>",
        "<a href=\"file://" + bait + "/bait.html\">click</a>",
        "![x](" + bait + "/bait.png)",
        "[x](file://" + bait + "/bait.html)",
        "<style>body{background:url(" + bait + "/bait.png)}</style><b>x</b>",
        "<table background=\"" + bait + "/bait.png\"><tr><td>x</td></tr></table>",
        "<!DOCTYPE html><meta http-equiv=refresh content='0;url=" + bait + "/bait.html'>",
        "\x1b]8;;file://" + bait + "/bait.html\x07link\x1b]8;;\x07\x1b[31mred\x1b[0m",
        "\xe2\x80\xae" + bait + "/bait.png\xe2\x80\xac\xe2\x80\x8b",
    };
    std::vector<std::string> texts;
    for (int i = 0; i < 20; ++i) {
        for (const std::string& form : forms) {
            std::string text = std::string(static_cast<std::size_t>(i), ' ') + form;
            if (i % 5 == 4) text += std::string(20000, 'x');
            if (i % 7 == 6) text += std::string("\0\x01\xff\xfe", 4);
            texts.push_back(std::move(text));
        }
    }
    texts.back() = std::string(10'000'000, 'y') + forms.front();
    return texts;
}

std::vector<std::int64_t> storeChains(const std::string& dir,
                                      const std::vector<std::string>& texts) {
    auto project = store::Project::create(dir, texts.front());
    EXPECT_TRUE(project) << util::to_string(project.error());
    store::RunStore& runs = (*project)->runs();
    const auto run = runs.create_run({.name = texts.front()});
    EXPECT_TRUE(runs.record_stage(
        *run, {.stage = "vrl", .type = "vrl", .total_steps = 1, .state = "done"}));
    data::StepRecord step{
        .stage = "vrl", .step = 1, .metrics = {{"reward", 0.5}}, .state_hash = "00"};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        data::ChainRecord chain;
        chain.problem_id = i % 2 == 0 ? texts[i].substr(0, 200) : "p" + std::to_string(i);
        chain.sample = static_cast<int>(i);
        chain.prompt = texts[i];
        chain.completion = texts[i];
        chain.extracted = texts[i].substr(0, 1000);
        chain.status = "incorrect";
        chain.reason = texts[i].substr(0, 100);
        chain.verifier = "text_exact";
        chain.gold = texts[i].substr(0, 100);
        step.chains.push_back(std::move(chain));
    }
    EXPECT_TRUE(runs.record_step(*run, step));
    EXPECT_TRUE(runs.record_event(
        *run,
        {.stage = "vrl", .step = 1, .kind = "alarm", .severity = "bad", .message = texts.front()}));
    EXPECT_TRUE(runs.set_state(*run, store::RunState::kFailed, texts[1]));
    const auto page = (*project)->reader().chains(*run, {.filter = {}, .limit = 1000});
    EXPECT_TRUE(page);
    std::vector<std::int64_t> ids;
    for (const store::ChainSummary& chain : *page) ids.push_back(chain.id);
    EXPECT_TRUE((*project)->close());
    return ids;
}

TEST(TextSafety, RichTextWouldOpenTheBait) {
    // The test below proves nothing unless the trap works.
    const QTemporaryDir dir;
    const QString bait = makeBait(dir);
    const OpenWatch watch(bait);
    QTextDocument document;
    document.setHtml(QStringLiteral("<img src=\"%1/bait.png\">").arg(bait));
    QImage image(50, 50, QImage::Format_RGB32);
    QPainter painter(&image);
    document.drawContents(&painter);
    EXPECT_TRUE(watch.opened());
}

TEST(TextSafety, HostileTextsOpenNothingOnAnyPage) {
    const QTemporaryDir dir;
    const QTemporaryDir baitDir;
    const QString bait = makeBait(baitDir);
    const std::string project = dir.filePath(QStringLiteral("p")).toStdString();
    const std::vector<std::string> texts = hostileTexts(bait.toStdString());
    ASSERT_EQ(texts.size(), 200u);
    const std::vector<std::int64_t> chains = storeChains(project, texts);
    ASSERT_EQ(chains.size(), texts.size());
    const OpenWatch watch(bait);
    auto opened = store::Project::open_reader(project);
    ASSERT_TRUE(opened);
    MainWindow window(test::appContext());
    window.show();
    window.adoptSession(
        std::make_unique<ProjectSession>((*opened)->info(),
                                         test::factoryOf(std::make_shared<engine::FakeEngine>())),
        {});
    for (const PageId page : {PageId::kHome,
                              PageId::kSetup,
                              PageId::kLive,
                              PageId::kRuns,
                              PageId::kCompare,
                              PageId::kChains,
                              PageId::kSettings}) {
        window.go({.page = page, .run = 1, .runs = {1}});
        test::waitFor([] { return false; }, 60);
        window.grab();
    }
    for (const std::int64_t chain : chains) {
        window.go({.page = PageId::kChains, .run = 1, .chain = chain});
        test::waitFor([] { return false; }, 6);
    }
    window.grab();
    EXPECT_FALSE(watch.opened());
}

TEST(Closure, TheWindowLinksNeitherTorchNorCudaNorNetwork) {
    QProcess ldd;
    ldd.start(QStringLiteral("ldd"), {QStringLiteral(VERITUNE_BIN_DIR "/veritune-studio")});
    ASSERT_TRUE(ldd.waitForFinished(20000));
    const QString closure = QString::fromUtf8(ldd.readAllStandardOutput());
    ASSERT_TRUE(closure.contains(QStringLiteral("libQt6Widgets"))) << closure.toStdString();
    for (const char* name : {"libtorch",
                             "libc10",
                             "libcuda",
                             "libcublas",
                             "libmkl",
                             "libQt6Network",
                             "libssl",
                             "libcurl"}) {
        EXPECT_FALSE(closure.contains(QLatin1String(name), Qt::CaseInsensitive)) << name;
    }
}

TEST(Closure, TheProductHasNoRobot) {
    QFile product(QStringLiteral(VERITUNE_BIN_DIR "/veritune-studio"));
    QFile rig(QStringLiteral(VERITUNE_BIN_DIR "/veritune-studio-test"));
    ASSERT_TRUE(product.open(QIODevice::ReadOnly));
    ASSERT_TRUE(rig.open(QIODevice::ReadOnly));
    EXPECT_TRUE(rig.readAll().contains("--robot"));
    EXPECT_FALSE(product.readAll().contains("--robot"));
}

TEST(Translations, GermanIsCompleteAndKeepsEveryPlaceholder) {
    QFile file(QStringLiteral(VERITUNE_SOURCE_DIR "/translations/veritune_de.ts"));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    const QRegularExpression place(QStringLiteral("%L?[0-9n]+"));
    const auto places = [&place](const QString& text) {
        QStringList found;
        for (auto it = place.globalMatch(text); it.hasNext();) found.append(it.next().captured());
        found.sort();
        return found;
    };
    QString source;
    int messages = 0;
    while (!xml.atEnd()) {
        xml.readNext();
        if (!xml.isStartElement()) continue;
        if (xml.name() == u"source") source = xml.readElementText();
        if (xml.name() == u"translation") {
            EXPECT_FALSE(xml.attributes().hasAttribute(QStringLiteral("type")))
                << source.toStdString();
        }
        if (xml.name() != u"translation") continue;
        const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements).trimmed();
        ++messages;
        EXPECT_FALSE(text.isEmpty() && !source.trimmed().isEmpty()) << source.toStdString();
        // Plural forms come together in the text of their parent.
        if (source.contains(u"%n") || source.contains(u"%Ln")) continue;
        EXPECT_EQ(places(text), places(source)) << source.toStdString();
    }
    EXPECT_GT(messages, 1200);
}

}  // namespace
}  // namespace veritune::app
