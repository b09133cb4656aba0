// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/BenchModel.h"

#include "app/PlainText.h"
#include "app/Verdicts.h"
#include "app/models/BenchWords.h"
#include "app/models/ChainWords.h"
#include "app/widgets/RowTable.h"
#include "core/data/dataset.h"
#include "core/store/project.h"
#include "core/util/file_system.h"
#include "core/verify/verifier.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>
#include <QThreadPool>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace veritune::app {
namespace {

constexpr int kDrainMs = 100;
constexpr int kMostWorkers = 4;

int workerCount() {
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(cores - 1, 1, kMostWorkers);
}

bool isAccepted(verify::VerdictStatus status) {
    return status == verify::VerdictStatus::kCorrect || status == verify::VerdictStatus::kPartial;
}

util::Error unknownCase() {
    return util::Error{util::ErrorCode::kInternal, "the case could not be made again", {}};
}

QString reasonText(const BenchRow& row) {
    data::ChainRecord record;
    record.status = row.status.toStdString();
    record.reason = row.reason.toStdString();
    return ChainWords::reason(record);
}

}  // namespace

/// What the cases are made from; read once, never changed.
struct BenchModel::Material {
    std::vector<data::Problem> problems;   ///< those with a verifier
    std::vector<verify::BenchCase> table;  ///< of a verifier
    bool isTable = false;

    util::Result<verify::BenchCase> caseOf(int source, int ordinal) const {
        const auto at = static_cast<std::size_t>(source);
        if (isTable) {
            if (at >= table.size()) return unknownCase();
            return table[at];
        }
        if (at >= problems.size()) return unknownCase();
        const data::Problem& other = problems[(at + 1) % problems.size()];
        VT_ASSIGN(const auto cases, verify::bench_cases(problems[at], &other));
        const auto which = static_cast<std::size_t>(ordinal);
        if (which >= cases.size()) return unknownCase();
        return cases[which];
    }
};

/// One bench under way: the worker fills it, a timer of the GUI thread empties it.
struct BenchModel::Job {
    BenchSubject subject;
    std::string programDir;
    std::string projectDir;
    std::atomic<bool> isStopped = false;

    std::mutex mutex;  ///< of the rest
    std::shared_ptr<VerdictSource> source;
    std::shared_ptr<const Material> material;
    std::vector<BenchRow> fresh;
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::unique_ptr<verify::BenchReport> report;
    util::Error error;
    bool isOver = false;
};

/// A verdict or a file that somebody waits for, outside a bench.
struct BenchModel::Ask {
    std::shared_ptr<VerdictSource> source;
    std::shared_ptr<const Material> material;
    std::string programDir;
    int row = -1;  ///< source and ordinal of a case; -1 = `request`
    int ordinal = 0;
    verify::VerifyRequest request;
    std::shared_ptr<BenchExplanation> answer;
    util::Error error;
    int ticket = 0;
};

BenchModel::BenchModel(std::string programDir, QObject* parent)
    : QAbstractTableModel(parent),
      m_programDir(std::move(programDir)) {
    m_timer.setInterval(kDrainMs);
    connect(&m_timer, &QTimer::timeout, this, &BenchModel::drain);
}

BenchModel::~BenchModel() { stop(); }

void BenchModel::setSession(ProjectSession* session) {
    if (m_job) {
        m_job->isStopped = true;
        m_job.reset();
        m_timer.stop();
    }
    m_session = session;
    beginResetModel();
    m_rows.clear();
    m_visible.clear();
    m_tally = {};
    m_report.reset();
    m_material.reset();
    endResetModel();
    emit changed();
}

void BenchModel::release() {
    if (!m_job) m_source.reset();
}

util::Result<std::shared_ptr<const BenchModel::Material>> BenchModel::read(
    const BenchSubject& subject, const std::string& projectDir) {
    auto material = std::make_shared<Material>();
    if (subject.kind == BenchSubject::Kind::kVerifier) {
        VT_ASSIGN(const verify::Verifier* verifier, verify::find_verifier(subject.name));
        material->isTable = true;
        material->table = verify::self_test_cases(*verifier);
        return std::shared_ptr<const Material>(material);
    }
    const auto fs = util::make_posix_file_system();
    std::vector<data::Problem> problems;
    if (subject.kind == BenchSubject::Kind::kDataset) {
        VT_ASSIGN(const auto project, store::Project::open_reader(projectDir));
        VT_ASSIGN(problems, project->dataset_reader().problems(subject.name));
    } else {
        VT_ASSIGN(problems, data::load_dataset(*fs, subject.name));
    }
    for (data::Problem& problem : problems) {
        if (!problem.verifier.empty()) material->problems.push_back(std::move(problem));
    }
    return std::shared_ptr<const Material>(material);
}

/// On a thread of the pool, from here to the end of the bench.
void BenchModel::work(Job& job) {
    const auto finish = [&job](const util::Error& error) {
        const std::lock_guard lock(job.mutex);
        job.error = error;
        job.isOver = true;
    };
    auto material = read(job.subject, job.projectDir);
    if (!material) return finish(material.error());
    const Material& cases = **material;
    if (!job.source) {
        auto source = VerdictSource::start(job.programDir, workerCount());
        if (!source) return finish(source.error());
        const std::lock_guard lock(job.mutex);
        job.source = std::move(*source);
    }
    const auto size =
        static_cast<std::int64_t>(cases.isTable ? cases.table.size() : cases.problems.size());
    const std::int64_t most = job.subject.mostProblems;
    {
        const std::lock_guard lock(job.mutex);
        job.material = *material;
        job.total = cases.isTable || most <= 0 ? size : std::min(size, most);
    }
    QHash<QString, int> indexOf;
    for (std::size_t i = 0; i < cases.problems.size(); ++i)
        indexOf.insert(fromUtf8(cases.problems[i].id), static_cast<int>(i));
    QString last;
    int ordinal = -1;
    int source = -1;
    std::int64_t done = 0;
    verify::BenchOptions options{
        .threads = job.source->workers(), .max_problems = most, .second = &job.source->second()};
    options.on_case = [&](const verify::BenchCase& one, const verify::Verdict& verdict, bool same) {
        const QString id = fromUtf8(one.problem_id);
        if (id != last || cases.isTable) {
            last = id;
            ordinal = 0;
            ++done;
            source = cases.isTable ? source + 1 : indexOf.value(id);
        } else {
            ++ordinal;
        }
        BenchRow row{.problem = oneLine(one.problem_id),
                     .rule = fromUtf8(one.rule),
                     .status = fromUtf8(verify::status_name(verdict.status)),
                     .reason = fromUtf8(verdict.reason),
                     .micros = verdict.micros,
                     .source = source,
                     .ordinal = ordinal,
                     .accept = one.accept,
                     .accepted = isAccepted(verdict.status),
                     .isMasked = verify::is_masked(verdict.status),
                     .isSame = same};
        const std::lock_guard lock(job.mutex);
        job.fresh.push_back(std::move(row));
        job.done = done;
        return !job.isStopped;
    };
    verify::BenchReport report =
        cases.isTable ? verify::run_bench_cases(cases.table, job.source->first(), options)
                      : verify::run_bench(cases.problems, job.source->first(), options);
    const std::lock_guard lock(job.mutex);
    if (!job.isStopped) job.report = std::make_unique<verify::BenchReport>(std::move(report));
    job.done = job.isStopped ? job.done : job.total;
    job.isOver = true;
}

void BenchModel::start(const BenchSubject& subject) {
    if (m_job) return;
    beginResetModel();
    m_rows.clear();
    m_visible.clear();
    endResetModel();
    m_tally = {};
    m_report.reset();
    m_problemsDone = 0;
    m_problemsTotal = 0;
    m_wasStopped = false;
    m_subject = subject;
    m_job = std::make_shared<Job>();
    m_job->subject = subject;
    m_job->programDir = m_programDir;
    m_job->projectDir = m_session ? m_session->dir().toStdString() : std::string();
    m_job->source = m_source;
    QThreadPool::globalInstance()->start([job = m_job] { work(*job); });
    m_timer.start();
    emit changed();
}

void BenchModel::stop() {
    if (m_job) m_job->isStopped = true;
}

void BenchModel::drain() {
    if (!m_job) return m_timer.stop();
    std::vector<BenchRow> fresh;
    util::Error error;
    bool isOver = false;
    {
        const std::lock_guard lock(m_job->mutex);
        fresh.swap(m_job->fresh);
        m_problemsDone = m_job->done;
        m_problemsTotal = m_job->total;
        m_material = m_job->material;
        m_source = m_job->source;
        isOver = m_job->isOver;
        if (isOver) {
            error = m_job->error;
            m_report = std::move(m_job->report);
        }
    }
    if (m_source) m_noPrograms = fromUtf8(m_source->noPrograms());
    take(std::move(fresh));
    if (isOver) {
        m_wasStopped = m_job->isStopped;
        m_job.reset();
        m_timer.stop();
        if (!error.message.empty()) emit failed(error);
    }
    emit changed();
}

bool BenchModel::isShown(const BenchRow& row) const {
    switch (m_show) {
        case Show::kAll:
            return true;
        case Show::kFailing:
            return row.isFailing();
        case Show::kUnscored:
            return row.isMasked;
    }
    return true;
}

void BenchModel::take(std::vector<BenchRow> rows) {
    if (rows.empty()) return;
    std::vector<int> shown;
    for (BenchRow& row : rows) {
        ++m_tally.cases;
        m_tally.masked += row.isMasked ? 1 : 0;
        m_tally.different += row.isSame ? 0 : 1;
        (row.accept ? m_tally.positives : m_tally.negatives) += 1;
        if (row.accepted) (row.accept ? m_tally.acceptedPositives : m_tally.acceptedNegatives) += 1;
        if (isShown(row)) shown.push_back(static_cast<int>(m_rows.size()));
        m_rows.push_back(std::move(row));
    }
    if (shown.empty()) return;
    const auto first = static_cast<int>(m_visible.size());
    beginInsertRows({}, first, first + static_cast<int>(shown.size()) - 1);
    m_visible.insert(m_visible.end(), shown.begin(), shown.end());
    endInsertRows();
}

void BenchModel::setShow(Show show) {
    if (show == m_show) return;
    beginResetModel();
    m_show = show;
    m_visible.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (isShown(m_rows[i])) m_visible.push_back(static_cast<int>(i));
    }
    endResetModel();
}

const BenchRow* BenchModel::row(int row) const {
    if (row < 0 || row >= static_cast<int>(m_visible.size())) return nullptr;
    return &m_rows[static_cast<std::size_t>(m_visible[static_cast<std::size_t>(row)])];
}

int BenchModel::nextFailing(int after) const {
    const auto count = static_cast<int>(m_visible.size());
    for (int i = 1; i <= count; ++i) {
        const int at = (after + i) % count;
        if (row(at)->isFailing()) return at;
    }
    return -1;
}

void BenchModel::ask(std::shared_ptr<Ask> ask) {
    ask->source = m_source;
    ask->material = m_material;
    ask->programDir = m_programDir;
    ask->ticket = ++m_askTicket;
    QThreadPool::globalInstance()->start([ask, self = QPointer<BenchModel>(this)] {
        const auto run = [&]() -> util::Status {
            if (!ask->source) {
                VT_ASSIGN(ask->source, VerdictSource::start(ask->programDir, 1));
            }
            auto answer = std::make_shared<BenchExplanation>();
            answer->request = ask->request;
            if (ask->row >= 0) {
                if (!ask->material) return unknownCase();
                VT_ASSIGN(verify::BenchCase one, ask->material->caseOf(ask->row, ask->ordinal));
                answer->request = std::move(one.request);
                answer->isCase = true;
                answer->accept = one.accept;
                answer->rule = fromUtf8(one.rule);
            }
            answer->verdict = ask->source->first().verify(answer->request);
            ask->answer = std::move(answer);
            return {};
        };
        if (const util::Status status = run(); !status) ask->error = status.error();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [ask, self] {
                if (!self || ask->ticket != self->m_askTicket) return;
                if (!self->m_job && ask->source) {
                    self->m_source = ask->source;
                    self->m_noPrograms = fromUtf8(ask->source->noPrograms());
                }
                if (ask->answer) {
                    emit self->explained(ask->answer);
                } else {
                    emit self->explainFailed(ask->error);
                }
            },
            Qt::QueuedConnection);
    });
}

void BenchModel::explainRow(int at) {
    const BenchRow* one = row(at);
    if (!one) return;
    auto wanted = std::make_shared<Ask>();
    wanted->row = one->source;
    wanted->ordinal = one->ordinal;
    ask(std::move(wanted));
}

void BenchModel::explain(const verify::VerifyRequest& request) {
    auto wanted = std::make_shared<Ask>();
    wanted->request = request;
    ask(std::move(wanted));
}

void BenchModel::save(const std::string& path) {
    std::vector<BenchRow> rows;
    for (const int i : m_visible) rows.push_back(m_rows[static_cast<std::size_t>(i)]);
    QThreadPool::globalInstance()->start(
        [rows = std::move(rows), path, material = m_material, self = QPointer<BenchModel>(this)] {
            const auto write = [&]() -> util::Status {
                if (!material) return unknownCase();
                std::string text;
                for (const BenchRow& row : rows) {
                    VT_ASSIGN(const verify::BenchCase one,
                              material->caseOf(row.source, row.ordinal));
                    const verify::VerifyRequest& request = one.request;
                    util::Json line = {
                        {"id", one.problem_id},
                        {"case", one.rule},
                        {"accept", one.accept},
                        {"verifier", request.verifier},
                        {"params", request.params},
                        {"gold", request.gold},
                        {"prompt", request.prompt},
                        {"completion", request.completion},
                        {"finish_reason", verify::finish_reason_name(request.finish_reason)},
                        {"think_tags", request.think_tags},
                        {"profile", request.profile}};
                    text += line.dump(-1, ' ', false, util::Json::error_handler_t::replace) + "\n";
                }
                const auto fs = util::make_posix_file_system();
                return util::atomic_write(*fs, path, text);
            };
            const util::Status done = write();
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [self, done, count = static_cast<int>(rows.size())] {
                    if (!self) return;
                    if (!done) {
                        emit self->failed(done.error());
                    } else {
                        emit self->saved(count);
                    }
                },
                Qt::QueuedConnection);
        });
}

int BenchModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_visible.size());
}

int BenchModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant BenchModel::data(const QModelIndex& index, int role) const {
    const BenchRow* one = row(index.row());
    if (!one) return {};
    // What is empty must not be silent, too.
    if (role == Qt::AccessibleTextRole) {
        const QString text = data(index, Qt::DisplayRole).toString();
        return text.isEmpty() ? QStringLiteral("–") : text;
    }
    if (role == Qt::DisplayRole || role == kRowExportRole) {
        switch (index.column()) {
            case kVerdict:
                return BenchWords::verdict(*one);
            case kExpected:
                return one->accept ? tr("accepted", "an answer") : tr("refused", "an answer");
            case kCase:
                return BenchWords::rule(one->rule);
            case kProblem:
                return one->problem;
            case kReason:
                return reasonText(*one);
            case kTime:
                return ChainWords::duration(one->micros);
            default:
                return {};
        }
    }
    if (index.column() == kVerdict && role == kRowMarkRole) {
        if (one->isMasked) return QStringLiteral("hatched");
        return one->isFailing() ? QStringLiteral("warning") : QStringLiteral("check");
    }
    if (role == kRowToneRole) {
        if (index.column() == kVerdict) {
            if (one->isMasked) return kRowToneMuted;
            return static_cast<int>(one->isFailing() ? Severity::kBad : Severity::kGood);
        }
        if (index.column() == kProblem || index.column() == kTime) return kRowToneMuted;
    }
    if (role == Qt::TextAlignmentRole && index.column() == kTime)
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) return plainTip(data(index, Qt::DisplayRole).toString());
    return {};
}

QVariant BenchModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole && section == kTime)
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    if (role == Qt::TextAlignmentRole) return QVariant(Qt::AlignLeading | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kVerdict:
            return tr("Outcome");
        case kExpected:
            return tr("Must be");
        case kCase:
            return tr("Case");
        case kProblem:
            return tr("Problem");
        case kReason:
            return tr("Reason");
        case kTime:
            return tr("Time");
        default:
            return {};
    }
}

void BenchModel::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
    if (!m_visible.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

QString rateText(std::int64_t hits, std::int64_t trials) {
    const QLocale locale;
    if (trials == 0) return QStringLiteral("–");
    const double most = 100.0 * verify::wilson_interval(hits, trials).high;
    //: a count of errors, of how many, and the upper end of the 95 % interval of their share
    return BenchModel::tr("%1 of %2 (at most %3 %)")
        .arg(locale.toString(static_cast<qlonglong>(hits)),
             locale.toString(static_cast<qlonglong>(trials)),
             locale.toString(most, 'f', most < 10 ? 2 : 0));
}

BenchJudgement judgeBench(const verify::BenchReport& report) {
    using Light = BenchJudgement::Light;
    const auto n = [](std::int64_t count) {
        return static_cast<int>(std::min<std::int64_t>(count, 2'000'000'000));
    };
    if (report.problems == 0)
        return {Light::kRed, BenchModel::tr("Red: no row of this set has a verifier.")};
    if (report.accepted_negatives > 0) {
        return {Light::kRed,
                BenchModel::tr("Red: %Ln wrong answers were accepted. A model would learn to give "
                               "them.",
                               nullptr,
                               n(report.accepted_negatives))};
    }
    if (report.different > 0) {
        return {Light::kRed,
                BenchModel::tr("Red: %Ln verdicts changed when the case was checked again in "
                               "another process.",
                               nullptr,
                               n(report.different))};
    }
    if (report.masked > 0) {
        return {Light::kRed,
                BenchModel::tr("Red: %Ln cases got no verdict. Look at them with “Not scored”.",
                               nullptr,
                               n(report.masked))};
    }
    if (report.bad_golds > 0) {
        return {Light::kRed,
                BenchModel::tr("Red: %Ln reference answers cannot be written as an answer.",
                               nullptr,
                               n(report.bad_golds))};
    }
    if (report.negatives == 0)
        return {Light::kRed, BenchModel::tr("Red: no wrong answer could be made from this set.")};
    if (report.accepted_positives == 0)
        return {Light::kRed, BenchModel::tr("Red: not one right answer was accepted.")};
    if (report.negatives < kBenchNegatives) {
        return {Light::kThin,
                BenchModel::tr("All %Ln wrong answers were refused. 500 would prove more.",
                               nullptr,
                               n(report.negatives))};
    }
    return {Light::kGreen,
            BenchModel::tr("Green: all %Ln wrong answers were refused, and no verdict changed.",
                           nullptr,
                           n(report.negatives))};
}

}  // namespace veritune::app
