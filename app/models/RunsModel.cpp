// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/RunsModel.h"

#include "app/PlainText.h"
#include "app/ProjectSession.h"
#include "app/Verdicts.h"
#include "app/forms/FieldText.h"
#include "app/models/RecipeModel.h"

#include <QDateTime>
#include <QLocale>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace veritune::app {
namespace {

constexpr std::size_t kBatch = 40;  // runs whose results are read in one go
constexpr const char* kHeldout = "heldout/pass@1";

QDateTime timeOf(std::int64_t us) { return QDateTime::fromMSecsSinceEpoch(us / 1000); }

std::int64_t durationOf(const RunRow& row) {
    if (row.startedUs == 0) return 0;
    if (row.endedUs != 0) return row.endedUs - row.startedUs;
    if (row.state != "running") return 0;
    return QDateTime::currentMSecsSinceEpoch() * 1000 - row.startedUs;
}

/// The preset's id of the first stage that learns from the verifier; empty = none, "?" = a mixture.
std::string algorithmIdOf(const util::Json& recipe) {
    for (const util::Json& stage : recipe.value("stages", util::Json::array())) {
        if (stage.value("type", std::string()) != "vrl" || !stage.contains("vrl")) continue;
        const util::Json& block = stage["vrl"];
        const std::string algorithm = block.value("algorithm", std::string());
        if (algorithm == "ppo" && block.value("update_on", std::string()) == "all")
            return "ppo_all";
        const std::string form = block.value("loss_type", std::string());
        const bool isForm = form == "gspo" || form == "cispo" || form == "sapo" || form == "bnpo" ||
                            form == "dr_grpo";
        if (algorithm == "grpo" && isForm) return form;
        if (algorithm == "raft" && block.value("raft_clip", false)) return "raft_pp";
        return algorithm;
    }
    return {};
}

bool isControl(const std::string& stage) { return stage.rfind("control_", 0) == 0; }

util::Status readResults(store::RunReader& reader, RunRow& row) {
    VT_ASSIGN(const auto points, reader.metric_series(row.id, kHeldout));
    VT_ASSIGN(const auto lows, reader.metric_series(row.id, "heldout/pass@1_low"));
    VT_ASSIGN(const auto highs, reader.metric_series(row.id, "heldout/pass@1_high"));
    const auto at = [](const std::vector<store::MetricPoint>& series,
                       const store::MetricPoint& point) {
        for (const store::MetricPoint& other : series) {
            if (other.stage == point.stage && other.step == point.step) return other.value;
        }
        return std::nan("");
    };
    row.course.clear();
    row.best = {};
    for (const store::MetricPoint& point : points) {
        if (isControl(point.stage)) continue;
        row.course.push_back(point.value);
        const bool better =
            std::isfinite(point.value) && (!row.best.isKnown || point.value > row.best.value);
        if (!better) continue;
        row.best = {.value = point.value,
                    .low = at(lows, point),
                    .high = at(highs, point),
                    .stage = point.stage,
                    .step = point.step,
                    .isKnown = true};
    }
    if (row.best.isKnown) {
        const store::ChainFilter filter{.stage = row.best.stage,
                                        .min_step = row.best.step,
                                        .max_step = row.best.step,
                                        .phase = "eval"};
        VT_ASSIGN(row.best.answers, reader.count_chains(row.id, filter));
    }
    row.hasDetails = true;
    return {};
}

}  // namespace

RunRow runRowOf(const store::RunRecord& record) {
    return {.id = record.id,
            .name = record.name,
            .state = std::string(store::run_state_name(record.state)),
            .algorithm = algorithmIdOf(record.recipe),
            .createdUs = record.created_us,
            .startedUs = record.started_us,
            .endedUs = record.ended_us,
            .error = record.error};
}

QString algorithmOf(const util::Json& recipe) {
    const std::string id = algorithmIdOf(recipe);
    return id.empty() ? QStringLiteral("–") : algorithmTitle(id);
}

QString durationText(std::int64_t us) {
    const std::int64_t seconds = us / 1000000;
    if (us <= 0) return QStringLiteral("–");
    const QLocale locale;
    //: a duration in seconds
    if (seconds < 60) return RunsModel::tr("%1 s").arg(locale.toString(seconds));
    const std::int64_t minutes = seconds / 60;
    if (minutes < 60) {
        //: a duration in minutes and seconds
        return RunsModel::tr("%1 min %2 s")
            .arg(locale.toString(minutes), locale.toString(seconds % 60));
    }
    //: a duration in hours and minutes
    return RunsModel::tr("%1 h %2 min")
        .arg(locale.toString(minutes / 60), locale.toString(minutes % 60));
}

QString scoreText(const HeldoutScore& score) {
    if (!score.isKnown) return QStringLiteral("–");
    const QLocale locale;
    const QString value = locale.toString(score.value, 'f', 3);
    if (!std::isfinite(score.low) || !std::isfinite(score.high)) return value;
    //: a result with the lower and upper end of its 95 % interval
    return RunsModel::tr("%1 (%2 – %3)")
        .arg(value, locale.toString(score.low, 'f', 2), locale.toString(score.high, 'f', 2));
}

QString tsvCell(const QString& text) {
    QString cell = text;
    cell.replace(u'\t', u' ').replace(u'\n', u' ').replace(u'\r', u' ').remove(QChar::Null);
    bool isNumber = false;
    QLocale::c().toDouble(cell, &isNumber);
    const QString first = cell.left(1);
    const bool isFormula = first == u"=" || first == u"+" || first == u"-" || first == u"@";
    return isFormula && !isNumber ? u'\'' + cell : cell;
}

RunsModel::RunsModel(QObject* parent)
    : QAbstractTableModel(parent) {}

void RunsModel::setSession(ProjectSession* session) {
    m_session = session;
    ++m_ticket;
    setRows({});
    if (session == nullptr) return;
    auto* pause = new QTimer(session);
    pause->setSingleShot(true);
    pause->setInterval(300);
    connect(pause, &QTimer::timeout, this, &RunsModel::reload);
    const auto soon = [pause] {
        if (!pause->isActive()) pause->start();
    };
    EngineService& engine = session->engine();
    connect(&engine, &EngineService::runsChanged, pause, soon);
    connect(&engine, &EngineService::resync, pause, soon);
    connect(&engine, &EngineService::stepsDone, pause, soon);
    connect(&engine, &EngineService::linkChanged, this, &RunsModel::applyLink);
    reload();
}

void RunsModel::reload() {
    if (!m_session) return;
    const int ticket = ++m_ticket;
    m_isLoading = true;
    m_session->store().query<std::vector<RunRow>>(
        this,
        [](store::Project& project) -> util::Result<std::vector<RunRow>> {
            VT_ASSIGN(const auto records, project.reader().list_runs());
            std::vector<RunRow> rows;
            rows.reserve(records.size());
            for (const store::RunRecord& record : records) rows.push_back(runRowOf(record));
            return rows;
        },
        [this, ticket](util::Result<std::vector<RunRow>> rows) {
            if (ticket != m_ticket) return;
            m_isLoading = false;
            if (!rows) {
                emit failed(rows.error());
                return;
            }
            adopt(std::move(*rows));
            emit loaded();
            loadDetails();
        });
}

/// A list with the same runs in the same order changes in place: selection and scroll position
/// stay.
void RunsModel::adopt(std::vector<RunRow> fresh) {
    bool same = fresh.size() == m_rows.size();
    for (std::size_t i = 0; same && i < fresh.size(); ++i) same = fresh[i].id == m_rows[i].id;
    std::map<std::int64_t, RunRow> known;
    for (RunRow& row : m_rows) known.emplace(row.id, std::move(row));
    for (RunRow& row : fresh) {
        const auto old = known.find(row.id);
        if (old == known.end()) continue;
        row.best = old->second.best;
        row.course = old->second.course;
        // What has ended changes no more.
        row.hasDetails = old->second.hasDetails && old->second.endedUs != 0 &&
                         old->second.endedUs == row.endedUs;
    }
    if (same) {
        m_rows = std::move(fresh);
        applyLink();
        return;
    }
    beginResetModel();
    m_rows = std::move(fresh);
    endResetModel();
    applyLink();
}

void RunsModel::applyLink() {
    if (m_session) {
        const EngineLink link = m_session->engine().link();
        const bool alone =
            link == EngineLink::kAbsent || link == EngineLink::kLost || link == EngineLink::kIdle;
        for (RunRow& row : m_rows) {
            // Marked running and nobody works on it: it was cut off and can go on.
            if (row.state == "running" && alone) row.state = "interrupted";
        }
    }
    if (!m_rows.empty()) {
        emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
    }
}

void RunsModel::loadDetails() {
    std::vector<RunRow> wanted;
    for (const RunRow& row : m_rows) {
        if (!row.hasDetails && wanted.size() < kBatch) wanted.push_back(row);
    }
    if (wanted.empty() || !m_session) return;
    const int ticket = m_ticket;
    m_session->store().query<std::vector<RunRow>>(
        this,
        [wanted](store::Project& project) -> util::Result<std::vector<RunRow>> {
            std::vector<RunRow> rows = wanted;
            for (RunRow& row : rows) VT_TRY(readResults(project.reader(), row));
            return rows;
        },
        [this, ticket](util::Result<std::vector<RunRow>> rows) {
            if (ticket != m_ticket) return;
            if (!rows) {
                emit failed(rows.error());
                return;
            }
            for (RunRow& fresh : *rows) {
                for (int i = 0; i < rowCount(); ++i) {
                    RunRow& row = m_rows[static_cast<std::size_t>(i)];
                    if (row.id != fresh.id) continue;
                    row.best = fresh.best;
                    row.course = fresh.course;
                    row.hasDetails = true;
                    emit dataChanged(index(i, kBest), index(i, kCourse));
                }
            }
            loadDetails();
        });
}

void RunsModel::setRows(std::vector<RunRow> rows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const RunRow* RunsModel::find(std::int64_t run) const {
    const auto found = std::find_if(
        m_rows.begin(), m_rows.end(), [run](const RunRow& row) { return row.id == run; });
    return found == m_rows.end() ? nullptr : &*found;
}

void RunsModel::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
    applyLink();
}

int RunsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QString RunsModel::cell(const RunRow& row, int column) const {
    switch (column) {
        case kState:
            return runStateLook(row.state).word;
        case kName:
            return oneLine(row.name);
        case kNumber:
            return QLocale().toString(static_cast<qlonglong>(row.id));
        case kAlgorithm:
            return row.algorithm.empty() ? QStringLiteral("–") : algorithmTitle(row.algorithm);
        case kStarted:
            return row.startedUs == 0
                       ? QStringLiteral("–")
                       : QLocale().toString(timeOf(row.startedUs), QLocale::ShortFormat);
        case kDuration:
            return durationText(durationOf(row));
        case kBest:
            return scoreText(row.best);
        default:
            return {};
    }
}

QString RunsModel::exportCell(const RunRow& row, int column) const {
    switch (column) {
        case kState:
            return fromUtf8(row.state);
        case kName:
            return visibleText(row.name);
        case kNumber:
            return QString::number(row.id);
        case kAlgorithm:
            return fromUtf8(row.algorithm);
        case kStarted:
            return row.startedUs == 0 ? QString()
                                      : timeOf(row.startedUs).toUTC().toString(Qt::ISODate);
        case kDuration:
            return QString::number(static_cast<double>(durationOf(row)) / 1e6, 'f', 1);
        case kBest:
            return row.best.isKnown ? QString::number(row.best.value, 'f', 4) : QString();
        default: {
            QStringList values;
            for (const double value : row.course) values << QString::number(value, 'f', 4);
            return values.join(u' ');
        }
    }
}

QVariant RunsModel::sortKey(const RunRow& row, int column) const {
    switch (column) {
        case kNumber:
            return static_cast<qlonglong>(row.id);
        case kStarted:
            return static_cast<qlonglong>(row.startedUs);
        case kDuration:
            return static_cast<qlonglong>(durationOf(row));
        case kBest:
            return row.best.isKnown ? row.best.value : -1.0;
        case kCourse:
            return row.course.isEmpty() ? -1.0 : row.course.last();
        default:
            return cell(row, column);
    }
}

QString RunsModel::tip(const RunRow& row, int column) const {
    if (column == kState && !row.error.empty()) return oneLine(row.error, 400);
    if (column == kName) return visibleText(row.name);
    if (column == kAlgorithm) return algorithmSentence(row.algorithm);
    if (column != kBest || !row.best.isKnown) return {};
    //: %1 is the name of a stage, %2 a step
    QString text = tr("Share of sampled answers that are right on held-out problems, with its 95 % "
                      "interval; the best of the run, in stage %1 after step %2.")
                       .arg(stageTitle(row.best.stage, row.best.stage),
                            QLocale().toString(static_cast<qlonglong>(row.best.step)));
    if (row.best.answers > 0) {
        text += u' ' + tr("Measured on %n answers.", nullptr, static_cast<int>(row.best.answers));
    }
    return text;
}

QVariant RunsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const RunRow& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
        case Qt::DisplayRole:
            return cell(row, column);
        case Qt::ToolTipRole:
            return plainTip(tip(row, column));
        case Qt::AccessibleTextRole:
            return column == kCourse
                       ? tr("%n held-out results", nullptr, static_cast<int>(row.course.size()))
                       : cell(row, column);
        case Qt::TextAlignmentRole: {
            const bool isNumber = column == kNumber || column == kDuration || column == kBest;
            return static_cast<int>((isNumber ? Qt::AlignTrailing : Qt::AlignLeading) |
                                    Qt::AlignVCenter);
        }
        case kIdRole:
            return static_cast<qlonglong>(row.id);
        case kSortRole:
            return sortKey(row, column);
        case kStateRole:
            return fromUtf8(row.state);
        case kCourseRole:
            return QVariant::fromValue(row.course);
        case kExportRole:
            return exportCell(row, column);
        default:
            return {};
    }
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= kColumns) return {};
    const QString titles[] = {tr("State"),
                              tr("Name"),
                              //: column: number of a run
                              tr("No."),
                              tr("Algorithm"),
                              tr("Started"),
                              tr("Duration"),
                              //: column: best result on held-out problems
                              tr("Best held-out"),
                              //: column: a small curve of the held-out results
                              tr("Held-out over time")};
    if (role == Qt::DisplayRole) return titles[section];
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section == kNumber || section == kDuration || section == kBest;
        return static_cast<int>((isNumber ? Qt::AlignTrailing : Qt::AlignLeading) |
                                Qt::AlignVCenter);
    }
    return {};
}

RunsProxy::RunsProxy(QObject* parent)
    : QSortFilterProxyModel(parent) {
    setSortRole(RunsModel::kSortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSortLocaleAware(true);
    setDynamicSortFilter(true);
}

void RunsProxy::setWords(const QString& words) {
    m_words = words.simplified().split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool RunsProxy::filterAcceptsRow(int row, const QModelIndex& parent) const {
    QString text;
    for (const int column : {RunsModel::kState,
                             RunsModel::kName,
                             RunsModel::kNumber,
                             RunsModel::kAlgorithm,
                             RunsModel::kStarted}) {
        text += sourceModel()->index(row, column, parent).data().toString() + u' ';
    }
    return std::all_of(m_words.begin(), m_words.end(), [&text](const QString& word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

}  // namespace veritune::app
