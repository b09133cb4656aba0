// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/DatasetTools.h"

#include "app/PlainText.h"
#include "core/curate/duplicates.h"
#include "core/curate/privacy.h"
#include "core/curate/questions.h"
#include "core/curate/split.h"
#include "core/data/export.h"
#include "core/data/generators.h"
#include "core/store/dataset_reader.h"
#include "core/store/project.h"
#include "core/util/file_system.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>
#include <QThreadPool>

#include <algorithm>
#include <map>
#include <utility>

namespace veritune::app {
namespace {

constexpr int kTickMs = 100;
constexpr double kReadShare = 0.2;  ///< of the time goes into reading the rows

std::string questionOf(const data::Problem& problem) {
    return problem.messages.empty() ? problem.prompt : problem.messages.back().content;
}

bool hasFinding(const data::DatasetRow& row, const std::string& reason, const std::string& other) {
    return std::any_of(row.review.begin(), row.review.end(), [&](const data::ReviewItem& item) {
        return item.reason == reason && item.other == other;
    });
}

util::Result<std::vector<data::DatasetRow>> readRows(const std::string& projectDir,
                                                     const std::string& dataset,
                                                     const std::stop_token& stop) {
    VT_ASSIGN(const auto project, store::Project::open_reader(projectDir));
    std::vector<data::DatasetRow> rows;
    VT_TRY(project->dataset_reader().each(dataset, {}, [&](std::int64_t, data::DatasetRow row) {
        if (row.status != data::RowStatus::kRejected) rows.push_back(std::move(row));
        return !stop.stop_requested();
    }));
    if (stop.stop_requested()) return util::Error{util::ErrorCode::kCancelled, "stopped", dataset};
    return rows;
}

/// The change of a row that got this finding.
util::Json toReview(util::Json finding) {
    util::Json set = util::Json::object();
    set["status"] = "needs_review";
    set["add_review"] = util::Json::array({std::move(finding)});
    return set;
}

int counted(std::int64_t n) { return static_cast<int>(std::min<std::int64_t>(n, 2'000'000'000)); }

struct Duplicates {
    std::vector<data::RowPatch> patches;
    std::int64_t exact = 0;
};

struct Privacy {
    std::vector<data::RowPatch> patches;
    std::map<std::string, std::int64_t> byKind;
};

struct SplitFound {
    std::vector<data::RowPatch> patches;
    std::int64_t rows[3] = {0, 0, 0};
    std::int64_t clusters = 0;
};

QString kindWord(const std::string& kind) {
    if (kind == "name") return DatasetTools::tr("names");
    if (kind == "birth_date") return DatasetTools::tr("dates of birth");
    if (kind == "phone") return DatasetTools::tr("telephone numbers");
    if (kind == "mail") return DatasetTools::tr("mail addresses");
    if (kind == "iban") return DatasetTools::tr("bank accounts");
    if (kind == "record_number") return DatasetTools::tr("file numbers");
    return fromUtf8(kind);
}

}  // namespace

DatasetTools::DatasetTools(QObject* parent)
    : QObject(parent) {
    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, &DatasetTools::changed);
}

DatasetTools::~DatasetTools() { cancel(); }

void DatasetTools::setSession(ProjectSession* session) {
    cancel();
    m_job.reset();
    m_timer.stop();
    m_session = session;
}

void DatasetTools::cancel() {
    if (m_job) m_job->stop.request_stop();
}

double DatasetTools::fraction() const { return m_job ? m_job->fraction.load() : -1.0; }

template <typename T>
void DatasetTools::start(const QString& what,
                         std::function<util::Result<T>(Job&)> work,
                         std::function<ToolReport(const T&)> words) {
    if (m_job || !m_session) return;
    m_job = std::make_shared<Job>();
    m_job->projectDir = m_session->dir().toStdString();
    m_what = what;
    m_timer.start();
    emit changed();
    QThreadPool::globalInstance()->start([job = m_job,
                                          work = std::move(work),
                                          words = std::move(words),
                                          self = QPointer<DatasetTools>(this)] {
        auto result = std::make_shared<util::Result<T>>(work(*job));
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, job, result, words] {
                if (!self || self->m_job != job) return;
                self->m_job.reset();
                self->m_timer.stop();
                emit self->changed();
                if (*result) {
                    emit self->found(words(**result));
                } else {
                    emit self->failed(result->error());
                }
            },
            Qt::QueuedConnection);
    });
}

ToolReport DatasetTools::duplicateWords(const std::string& dataset,
                                        std::vector<data::RowPatch> patches,
                                        std::int64_t exact) const {
    if (patches.empty()) {
        return {.title = tr("No duplicates were found"),
                .text = tr("No two questions are the same or nearly the same.")};
    }
    data::Edit edit;
    edit.kind = data::EditKind::kPatch;
    edit.dataset = dataset;
    edit.patches = std::move(patches);
    const int rows = counted(static_cast<std::int64_t>(edit.patches.size()));
    return {.title = tr("%Ln rows repeat another row", nullptr, rows),
            .text = tr("%Ln of them word for word.", nullptr, counted(exact)) + u' ' +
                    tr("They can be marked for review; you then decide on each of them. Ctrl+Z "
                       "takes the marks back."),
            .action = tr("Mark for review"),
            .edit = std::move(edit)};
}

void DatasetTools::run(Tool tool, const std::string& dataset) {
    switch (tool) {
        case Tool::kDuplicates:
            return start<Duplicates>(
                tr("Looking for duplicates…"),
                [dataset](Job& job) -> util::Result<Duplicates> {
                    VT_ASSIGN(const auto rows,
                              readRows(job.projectDir, dataset, job.stop.get_token()));
                    job.fraction = kReadShare;
                    std::vector<std::string> texts;
                    for (const data::DatasetRow& row : rows)
                        texts.push_back(questionOf(row.problem));
                    curate::Watch watch;
                    watch.stop = job.stop.get_token();
                    watch.progress = [&job](double share) {
                        job.fraction = kReadShare + (1.0 - kReadShare) * share;
                    };
                    VT_ASSIGN(const curate::DuplicateReport report,
                              curate::find_duplicates(texts, {}, watch));
                    // The first pair of a row says why it is a duplicate.
                    std::map<std::int64_t, const curate::DuplicatePair*> because;
                    for (const curate::DuplicatePair& pair : report.pairs)
                        because.emplace(pair.second, &pair);
                    Duplicates found;
                    for (const auto& [row, pair] : because) {
                        const data::DatasetRow& one = rows[static_cast<std::size_t>(row)];
                        const std::string other =
                            rows[static_cast<std::size_t>(pair->first)].problem.id;
                        const std::string reason =
                            pair->exact ? "exact_duplicate" : "near_duplicate";
                        if (hasFinding(one, reason, other)) continue;
                        found.exact += pair->exact ? 1 : 0;
                        found.patches.push_back({.id = one.problem.id,
                                                 .set = toReview({{"reason", reason},
                                                                  {"other", other},
                                                                  {"score", pair->similarity}})});
                    }
                    return found;
                },
                [this, dataset](const Duplicates& found) {
                    return duplicateWords(dataset, found.patches, found.exact);
                });
        case Tool::kPrivacy:
            return start<Privacy>(
                tr("Looking for personal data…"),
                [dataset](Job& job) -> util::Result<Privacy> {
                    VT_ASSIGN(auto rows, readRows(job.projectDir, dataset, job.stop.get_token()));
                    std::vector<data::Problem> problems;
                    for (const data::DatasetRow& row : rows) problems.push_back(row.problem);
                    curate::Watch watch;
                    watch.stop = job.stop.get_token();
                    watch.progress = [&job](double share) {
                        job.fraction = kReadShare + (1.0 - kReadShare) * share;
                    };
                    VT_ASSIGN(const curate::PrivacyReport report,
                              curate::scan_privacy(problems, watch));
                    std::map<std::int64_t, std::string> notes;
                    for (const curate::PrivatePlace& place : report.places) {
                        std::string& note = notes[place.row];
                        if (note.size() > 200) continue;
                        note += (note.empty() ? "" : ", ") + place.find.text;
                    }
                    Privacy found;
                    found.byKind = report.rows_by_kind;
                    for (const auto& [row, note] : notes) {
                        const data::DatasetRow& one = rows[static_cast<std::size_t>(row)];
                        if (hasFinding(one, "privacy", {})) continue;
                        found.patches.push_back(
                            {.id = one.problem.id,
                             .set = toReview({{"reason", "privacy"}, {"note", note}})});
                    }
                    return found;
                },
                [dataset](const Privacy& found) -> ToolReport {
                    if (found.patches.empty()) {
                        return {.title = tr("No personal data was found"),
                                .text = tr("Only what has a known form is found: this is no proof "
                                           "that the texts are anonymous.")};
                    }
                    QStringList kinds;
                    for (const auto& [kind, rows] : found.byKind) {
                        //: a kind of personal data and the number of rows with it
                        kinds << tr("%1 in %2 rows")
                                     .arg(kindWord(kind),
                                          QLocale().toString(static_cast<qlonglong>(rows)));
                    }
                    data::Edit edit;
                    edit.kind = data::EditKind::kPatch;
                    edit.dataset = dataset;
                    edit.patches = found.patches;
                    const int rows = counted(static_cast<std::int64_t>(edit.patches.size()));
                    return {.title = tr("%Ln rows may tell who a person is", nullptr, rows),
                            .text = kinds.join(QStringLiteral(", ")) + QStringLiteral(". ") +
                                    tr("They can be marked for review; you then decide on each of "
                                       "them. Ctrl+Z takes the marks back."),
                            .action = tr("Mark for review"),
                            .edit = std::move(edit)};
                });
        case Tool::kGuessing:
            return start<curate::Guessability>(
                tr("Counting answers…"),
                [dataset](Job& job) -> util::Result<curate::Guessability> {
                    VT_ASSIGN(const auto rows,
                              readRows(job.projectDir, dataset, job.stop.get_token()));
                    std::vector<data::Problem> problems;
                    for (const data::DatasetRow& row : rows) problems.push_back(row.problem);
                    return curate::guessability(problems);
                },
                [](const curate::Guessability& found) -> ToolReport {
                    const QLocale locale;
                    const auto percent = [&locale](double share) {
                        return locale.toString(100.0 * share, 'f', 0);
                    };
                    if (found.rows == 0) {
                        return {.title = tr("No row has a reference answer"),
                                .text = {},
                                .isWarning = true};
                    }
                    //: %1 an answer, %2 percent of the rows that have it
                    const QString best =
                        tr("The commonest answer is “%1”: always giving it earns "
                           "%2 %.")
                            .arg(oneLine(found.best_answer, 60),
                                 percent(std::max(found.best_share, found.majority_share)));
                    return {.title = found.warn() ? tr("Guessing earns too much here")
                                                  : tr("Guessing earns little here"),
                            .text = found.warn()
                                        ? best + u' ' +
                                              tr("A model can be rewarded without thinking. More "
                                                 "different answers would help.")
                                        : best,
                            .isWarning = found.warn()};
                });
    }
}

void DatasetTools::split(const std::string& dataset, int val, int test) {
    start<SplitFound>(
        tr("Dividing the rows…"),
        [dataset, val, test](Job& job) -> util::Result<SplitFound> {
            VT_ASSIGN(const auto rows, readRows(job.projectDir, dataset, job.stop.get_token()));
            std::vector<data::Problem> problems;
            std::vector<std::string> texts;
            for (const data::DatasetRow& row : rows) {
                problems.push_back(row.problem);
                texts.push_back(questionOf(row.problem));
            }
            curate::Watch watch;
            watch.stop = job.stop.get_token();
            watch.progress = [&job](double share) {
                job.fraction = kReadShare + (1.0 - kReadShare) * share;
            };
            VT_ASSIGN(const curate::DuplicateReport clusters,
                      curate::find_duplicates(texts, {}, watch));
            curate::SplitOptions options;
            options.val_share = val / 100.0;
            options.test_share = test / 100.0;
            VT_ASSIGN(const curate::SplitReport report,
                      curate::split_by_cluster(problems, clusters.cluster, options));
            SplitFound found;
            found.clusters = report.clusters;
            std::copy(report.rows.begin(), report.rows.end(), std::begin(found.rows));
            for (std::size_t i = 0; i < rows.size(); ++i) {
                if (report.split[i] == problems[i].split) continue;
                found.patches.push_back(
                    {.id = problems[i].id,
                     .set = util::Json{{"split", std::string(data::split_name(report.split[i]))}}});
            }
            return found;
        },
        [dataset](const SplitFound& found) -> ToolReport {
            if (found.patches.empty()) {
                return {.title = tr("The rows are divided like this already"), .text = {}};
            }
            const QLocale locale;
            const auto number = [&locale](std::int64_t n) {
                return locale.toString(static_cast<qlonglong>(n));
            };
            data::Edit edit;
            edit.kind = data::EditKind::kPatch;
            edit.dataset = dataset;
            edit.patches = found.patches;
            const int rows = counted(static_cast<std::int64_t>(edit.patches.size()));
            return {.title = tr("Divide the rows?"),
                    //: numbers of rows: for training, held out, for testing, groups
                    .text = tr("%1 for training, %2 held out, %3 for testing, in %4 groups that "
                               "stay together.")
                                .arg(number(found.rows[0]),
                                     number(found.rows[1]),
                                     number(found.rows[2]),
                                     number(found.clusters)) +
                            u' ' + tr("%Ln rows change their use.", nullptr, rows),
                    .action = tr("Divide"),
                    .edit = std::move(edit)};
        });
}

void DatasetTools::generate(const std::string& name,
                            const std::string& family,
                            qint64 count,
                            quint64 seed) {
    start<data::Edit>(
        tr("Making problems…"),
        [=](Job&) -> util::Result<data::Edit> {
            data::Edit edit;
            edit.kind = data::EditKind::kAdd;
            edit.dataset = name;
            // A fifth of all possible problems is kept from training by the generator's rule.
            const qint64 held = count / 5;
            for (const data::Split split : {data::Split::kTrain, data::Split::kVal}) {
                const qint64 wanted = split == data::Split::kVal ? held : count - held;
                if (wanted < 1) continue;
                VT_ASSIGN(auto problems,
                          data::generate_problems(
                              {.family = family, .count = wanted, .seed = seed, .split = split}));
                for (data::Problem& problem : problems) {
                    edit.add.push_back(
                        {.problem = std::move(problem), .status = data::RowStatus::kOk});
                }
            }
            return edit;
        },
        [name](const data::Edit& edit) -> ToolReport {
            const int rows = counted(static_cast<std::int64_t>(edit.add.size()));
            return {.title = tr("%Ln problems are ready", nullptr, rows),
                    //: %1 name of a data set
                    .text = tr("They go into the data set %1.").arg(oneLine(name)),
                    .action = tr("Add"),
                    .edit = edit};
        });
}

void DatasetTools::exportSet(const store::DatasetInfo& info,
                             const QString& format,
                             const QString& licence,
                             const QString& path) {
    data::ExportRequest request;
    request.format =
        data::export_format_from_name(format.toStdString()).value_or(data::ExportFormat::kJsonl);
    request.path = path.toStdString();
    request.licence = licence == QLatin1String("leave_out") ? data::LicenceChoice::kLeaveOut
                      : licence == QLatin1String("allow")   ? data::LicenceChoice::kAllow
                                                            : data::LicenceChoice::kStop;
    request.name = info.name;
    request.set_licence = info.licence;
    request.set_licence_note = info.licence_note;
    request.set_redistribution = info.redistribution;
    request.source = info.source;
    start<data::ExportResult>(
        tr("Exporting…"),
        [request](Job& job) -> util::Result<data::ExportResult> {
            VT_ASSIGN(const auto project, store::Project::open_reader(job.projectDir));
            data::RowFilter accepted;
            accepted.status = data::RowStatus::kOk;
            const auto rows = [&](const std::function<bool(const data::DatasetRow&)>& on_row) {
                return project->dataset_reader().each(
                    request.name, accepted, [&](std::int64_t, data::DatasetRow row) {
                        return on_row(row) && !job.stop.stop_requested();
                    });
            };
            const auto fs = util::make_posix_file_system();
            return data::export_rows(*fs, request, rows);
        },
        [](const data::ExportResult& done) -> ToolReport {
            QString text = visibleText(QFileInfo(fromUtf8(done.path)).fileName());
            if (done.left_out > 0) {
                text +=
                    QStringLiteral(". ") + tr("%Ln rows were left out because of their licence.",
                                              nullptr,
                                              counted(done.left_out));
            }
            if (done.no_solution > 0) {
                text +=
                    QStringLiteral(". ") + tr("%Ln rows have no worked solution and were left out.",
                                              nullptr,
                                              counted(done.no_solution));
            }
            return {.title = tr("%Ln rows were written", nullptr, counted(done.rows)),
                    .text = text};
        });
}

}  // namespace veritune::app
