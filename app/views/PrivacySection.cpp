// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/views/PrivacySection.h"

#include "app/Icons.h"
#include "app/ProjectOpener.h"
#include "app/ProjectSession.h"
#include "app/Settings.h"
#include "app/Theme.h"
#include "app/forms/NoteLine.h"
#include "app/models/Background.h"
#include "app/widgets/Cards.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QGridLayout>

#include <algorithm>

namespace veritune::app {
namespace {

PlainLabel* mutedLine(QWidget* parent) {
    auto* line = new PlainLabel(parent);
    line->setWordWrap(true);
    line->setForegroundRole(QPalette::PlaceholderText);
    return line;
}

PlainLabel* textLine(QWidget* parent) {
    auto* line = new PlainLabel(parent);
    line->setWordWrap(true);
    return line;
}

/// As a shell reads it; a project's folder may hold blanks.
QString quoted(const QString& word) {
    static const QString kPlain = QStringLiteral("/._-~");
    const bool isPlain = std::all_of(word.cbegin(), word.cend(), [](QChar letter) {
        return letter.isLetterOrNumber() || kPlain.contains(letter);
    });
    QString inside = word;
    return isPlain ? word : u'\'' + inside.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

/// Installed it lies beside the programs, in a clone under packaging/.
QString proofScript() {
    const QString dir = QCoreApplication::applicationDirPath();
    const QString installed = dir + QStringLiteral("/verify-local-only.sh");
    if (QFileInfo::exists(installed)) return quoted(installed);
    return QStringLiteral("packaging/verify-local-only.sh --programs ") + quoted(dir);
}

}  // namespace

PrivacySection::PrivacySection(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context) {
    setObjectName(QStringLiteral("settings.privacy"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(kGap3);
    for (Card* card : {buildLedger(), buildProbe(), buildPromises(), buildPlaces(), buildNot()}) {
        column->addWidget(card);
    }
    connect(&m_airGap, &AirGapTest::finished, this, &PrivacySection::showProbe);
    retranslate();
}

Card* PrivacySection::buildLedger() {
    m_ledgerCard = new Card(m_context, this);
    m_ledgerWords = mutedLine(m_ledgerCard);
    m_verdict = new NoteLine(m_context, QStringLiteral("settings.verdict"), m_ledgerCard);
    m_ledger = new QGridLayout;
    m_ledger->setHorizontalSpacing(kGap4);
    m_ledger->setVerticalSpacing(kGap2);
    m_refresh = makeIconButton(
        m_context, QStringLiteral("refresh"), QStringLiteral("settings.refresh"), m_ledgerCard);
    m_ledgerCard->addHeadingWidget(m_refresh);
    m_ledgerCard->body()->addWidget(m_ledgerWords);
    m_ledgerCard->body()->addWidget(m_verdict);
    m_ledgerCard->body()->addSpacing(kGap1);
    m_ledgerCard->body()->addLayout(m_ledger);
    connect(m_refresh, &QToolButton::clicked, this, [this] { read(m_session); });
    return m_ledgerCard;
}

Card* PrivacySection::buildProbe() {
    m_probeCard = new Card(m_context, this);
    m_probeWords = mutedLine(m_probeCard);
    m_probe = makeButton(ButtonRole::kNormal, QStringLiteral("settings.probe"), m_probeCard);
    m_probeResult = new NoteLine(m_context, QStringLiteral("settings.probe.result"), m_probeCard);
    m_probeCard->body()->addWidget(m_probeWords);
    m_probeCard->body()->addWidget(m_probe, 0, Qt::AlignLeading);
    m_probeCard->body()->addWidget(m_probeResult);
    connect(m_probe, &QPushButton::clicked, this, [this] {
        m_probe->setEnabled(false);
        m_airGap.run();
    });
    return m_probeCard;
}

Card* PrivacySection::buildPromises() {
    m_promisesCard = new Card(m_context, this);
    m_promisesWords = mutedLine(m_promisesCard);
    m_promisesCard->body()->addWidget(m_promisesWords);
    for (int i = 0; i < kPromises; ++i) {
        Promise& promise = m_promises[static_cast<std::size_t>(i)];
        promise.sentence = textLine(m_promisesCard);
        promise.command = mutedLine(m_promisesCard);
        promise.command->setTextInteractionFlags(Qt::TextSelectableByMouse);
        promise.copy = makeIconButton(m_context,
                                      QStringLiteral("copy"),
                                      QStringLiteral("settings.promise.%1").arg(i),
                                      m_promisesCard);
        auto* row = new QHBoxLayout;
        row->setSpacing(kGap2);
        row->addWidget(promise.command, 1);
        row->addWidget(promise.copy, 0, Qt::AlignTop);
        m_promisesCard->body()->addSpacing(kGap1);
        m_promisesCard->body()->addWidget(promise.sentence);
        m_promisesCard->body()->addLayout(row);
        connect(promise.copy, &QToolButton::clicked, this, [this, &promise] {
            QApplication::clipboard()->setText(promise.command->text());
            emit announced(tr("The command is on the clipboard."));
        });
    }
    return m_promisesCard;
}

Card* PrivacySection::buildPlaces() {
    m_placesCard = new Card(m_context, this);
    for (PlainLabel*& line : m_places) {
        line = textLine(m_placesCard);
        m_placesCard->body()->addWidget(line);
    }
    return m_placesCard;
}

Card* PrivacySection::buildNot() {
    m_notCard = new Card(m_context, this);
    for (PlainLabel*& line : m_not) {
        line = textLine(m_notCard);
        m_notCard->body()->addWidget(line);
    }
    return m_notCard;
}

void PrivacySection::read(ProjectSession* session) {
    m_session = session;
    showPromises();
    showPlaces();
    readWith(0);
    if (session == nullptr) return;
    const EngineLink link = session->engine().link();
    if (link != EngineLink::kIdle && link != EngineLink::kBusy) return;
    session->engine().call<engine::HelloReply>(
        this,
        [](engine::Engine& engine) { return engine.hello({.client = "veritune-studio"}); },
        [this](util::Result<engine::HelloReply> reply) {
            if (reply) readWith(reply->pid);
        });
}

void PrivacySection::readWith(qint64 enginePid) {
    inBackground<Ledger>(
        this,
        [enginePid] {
            return Ledger{.processes = readProcessTree(enginePid), .sockets = countOwnSockets()};
        },
        [this](Ledger ledger) {
            m_known = std::move(ledger);
            showLedger();
        });
}

PlainLabel* PrivacySection::cell(const QString& text, int row, int column, bool isHead) {
    auto* label = new PlainLabel(text, m_ledgerCard);
    if (isHead) {
        label->setFont(m_context.theme.small());
        label->setForegroundRole(QPalette::PlaceholderText);
    } else {
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_ledger->addWidget(label, row, column, Qt::AlignLeading | Qt::AlignVCenter);
    m_cells.push_back(label);
    return label;
}

void PrivacySection::showLedger() {
    qDeleteAll(m_cells);
    m_cells.clear();
    const QStringList heads{tr("Program"),
                            //: numbers of processes
                            tr("Process"),
                            tr("Network block"),
                            tr("The kernel says"),
                            tr("Open sockets")};
    for (int i = 0; i < heads.size(); ++i) cell(heads[i], 0, i, true);
    // A sandbox keeps many jails waiting: one row a program.
    QList<QList<ProcessFacts>> groups;
    bool all = !m_known.processes.isEmpty();
    for (const ProcessFacts& facts : m_known.processes) {
        all = all && facts.isConfined();
        const auto same = std::find_if(groups.begin(), groups.end(), [&facts](const auto& group) {
            return group.first().program == facts.program;
        });
        same == groups.end() ? groups.push_back({facts}) : same->push_back(facts);
    }
    for (int i = 0; i < groups.size(); ++i) showRow(groups[i], i + 1);
    m_ledger->setColumnStretch(4, 1);
    m_verdict->set(all ? Severity::kGood : Severity::kBad,
                   all ? tr("No Veritune process can create a network socket. Local services "
                            "reached through AF_UNIX (display, clipboard, printing, screen "
                            "reader) are outside this promise.")
                       : tr("The kernel does not confirm the network block of every process. "
                            "Start the program as it was installed, and ask your administrator "
                            "if this stays."));
}

void PrivacySection::showRow(const QList<ProcessFacts>& group, int row) {
    const bool confined = std::all_of(
        group.cbegin(), group.cend(), [](const ProcessFacts& facts) { return facts.isConfined(); });
    cell(group.first().program, row, 0);
    cell(group.size() == 1
             ? QString::number(group.first().pid)
             //: numbers of several processes of one program: the first, and how many further ones
             : tr("%1 and %n more", nullptr, static_cast<int>(group.size()) - 1)
                   .arg(group.first().pid),
         row,
         1);
    auto* pill = new Pill(m_context, m_ledgerCard);
    confined ? pill->set(Severity::kGood, QStringLiteral("check"), tr("in force"))
             : pill->set(Severity::kBad, QStringLiteral("cross-circle"), tr("not confirmed"));
    m_ledger->addWidget(pill, row, 2, Qt::AlignLeading | Qt::AlignVCenter);
    m_cells.push_back(pill);
    const auto loosest = std::min_element(
        group.cbegin(), group.cend(), [](const ProcessFacts& a, const ProcessFacts& b) {
            return a.seccomp + a.noNewPrivs < b.seccomp + b.noNewPrivs;
        });
    // As the kernel prints it, so that anybody can compare it with /proc.
    PlainLabel* kernel = cell(QStringLiteral("Seccomp: %1  NoNewPrivs: %2")
                                  .arg(loosest->seccomp)
                                  .arg(loosest->noNewPrivs),
                              row,
                              3);
    kernel->setFont(m_context.theme.mono());
    cell(row == 1 ? socketText() : tr("not readable from outside"), row, 4);
}

QString PrivacySection::socketText() const {
    if (m_known.sockets.other > 0) {
        return tr("%n other than AF_UNIX", nullptr, m_known.sockets.other);
    }
    return tr("AF_UNIX only (%n)", nullptr, m_known.sockets.local);
}

void PrivacySection::showProbe(const QList<AirGapResult>& results) {
    m_probe->setEnabled(true);
    int refused = 0;
    QStringList open;
    for (const AirGapResult& result : results) {
        refused += result.refused;
        for (const QString& way : result.open) open << result.program + u' ' + way;
        if (!result.passed && result.open.isEmpty()) open << result.program;
    }
    const QString text =
        open.isEmpty()
            ? tr("%n ways out of this computer were tried, and the kernel refused "
                 "every one.",
                 nullptr,
                 refused)
            //: %1 is a list of programs, each with the kind of socket that was not refused
            : tr("Not refused: %1.").arg(open.join(QStringLiteral(", ")));
    m_probeResult->set(open.isEmpty() ? Severity::kGood : Severity::kBad, text);
    emit announced(text);
}

QString PrivacySection::projectDir() const {
    return m_session == nullptr ? QStringLiteral("PROJECT") : visibleText(m_session->info().dir);
}

void PrivacySection::showPromises() {
    const std::array<QString, kPromises> sentences{
        tr("No process can create a network socket: 16 ways out are tried and refused."),
        tr("That holds for every process of a whole session, from the demonstration to the "
           "export."),
        tr("A program that a model wrote runs only in a jail that was tried from inside, or not at "
           "all."),
        tr("The project belongs to your account alone (700)."),
        tr("Other programs of your account cannot look into the memory (permission denied).")};
    const std::array<QString, kPromises> commands{
        QStringLiteral("veritune --self-test-network"),
        proofScript(),
        QStringLiteral("veritune doctor"),
        QStringLiteral("stat -c %a ") +
            (m_session == nullptr ? projectDir() : quoted(projectDir())),
        QStringLiteral("cat /proc/%1/environ").arg(QCoreApplication::applicationPid())};
    for (std::size_t i = 0; i < kPromises; ++i) {
        m_promises[i].sentence->setText(sentences[i]);
        m_promises[i].command->setText(commands[i]);
        m_promises[i].command->setFont(m_context.theme.mono());
        //: %1 is a command line
        setIconButtonText(m_promises[i].copy, tr("Copy %1").arg(commands[i]));
    }
}

void PrivacySection::showPlaces() {
    const auto native = [](const QString& path) {
        return visibleText(QDir::toNativeSeparators(path));
    };
    m_places[0]->setText(
        //: %1 is a folder
        tr("Project (%1): data sets, chains with their verdicts, metrics, checkpoints. Until you "
           "delete it.")
            .arg(m_session == nullptr ? native(ProjectOpener::dataHome()) : projectDir()));
    //: %1 is a file
    m_places[1]->setText(tr("Settings (%1): how the window looks, recent projects. Until you "
                            "delete it.")
                             .arg(native(m_context.settings.fileName())));
    m_places[2]->setText(
        tr("Log of the engine, in the session's own folder: numbers and durations, no texts. Until "
           "you log out."));
    m_places[3]->setText(tr("Content is not encrypted on the disk; use disk encryption."));
}

void PrivacySection::restyle() {
    showPromises();
    if (!m_known.processes.isEmpty()) showLedger();
}

void PrivacySection::retranslate() {
    m_ledgerCard->setHeading(tr("What the kernel says"));
    m_ledgerWords->setText(
        tr("Not a promise of ours: these lines are read from /proc, where anybody can look."));
    setIconButtonText(m_refresh, tr("Read again"));
    m_probeCard->setHeading(tr("Air-gap self-test"));
    m_probeWords->setText(
        tr("Each program tries to open network sockets of every kind. All of them must be "
           "refused."));
    m_probe->setText(tr("Try to reach the network"));
    m_probe->setAccessibleName(m_probe->text());
    m_promisesCard->setHeading(tr("What is promised, and the proof"));
    m_promisesWords->setText(
        tr("Each command can be typed in a terminal; the handbook's page on privacy says what it "
           "must print."));
    m_placesCard->setHeading(tr("What is written where"));
    m_notCard->setHeading(tr("What is not promised"));
    const std::array<QString, 5> sentences{
        tr("Whoever has the disk reads everything that disk encryption does not stop."),
        tr("The administrator of this computer sees everything; so do other programs of your "
           "account in your files."),
        tr("A project on a file server is on a network, because it was put there."),
        tr("A trained adapter can remember words of the training data. Who gets it may get them "
           "out."),
        tr("A hole in the Linux kernel can undo the block. Keep the system up to date.")};
    for (std::size_t i = 0; i < sentences.size(); ++i) m_not[i]->setText(sentences[i]);
    showPromises();
    showPlaces();
    if (!m_known.processes.isEmpty()) showLedger();
}

}  // namespace veritune::app
