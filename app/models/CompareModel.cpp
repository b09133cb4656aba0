// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/CompareModel.h"

#include "app/PlainText.h"
#include "app/Verdicts.h"
#include "app/forms/FieldText.h"

#include <QFont>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace veritune::app {
namespace {

// Held-out first: it is what counts. The intervals are drawn around it.
constexpr const char* kMetrics[] = {
    "heldout/pass@1",
    "reward",
    "completions/mean_length",
    "heldout/greedy",
    "heldout/pass@8",
    "entropy",
    "kl",
    "frac_reward_zero_std",
    "loss",
    "grad_norm",
};
constexpr const char* kBounds[] = {"heldout/pass@1_low", "heldout/pass@1_high"};

double numberOf(const util::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : std::nan("");
}

const store::StageInfo* stageOf(const ComparedRun& run, const std::string& id) {
    for (const store::StageInfo& stage : run.stages) {
        if (stage.record.stage == id) return &stage;
    }
    return nullptr;
}

util::Result<ComparedRun> readRun(store::RunReader& reader, std::int64_t id) {
    ComparedRun run;
    VT_ASSIGN(run.record, reader.run(id));
    VT_ASSIGN(run.stages, reader.stages(id));
    for (const auto* names : {kMetrics, kBounds}) {
        const std::size_t count = names == kBounds ? std::size(kBounds) : std::size(kMetrics);
        for (std::size_t i = 0; i < count; ++i) {
            VT_ASSIGN(run.series[QString::fromLatin1(names[i])],
                      reader.metric_series(id, names[i]));
        }
    }
    return run;
}

/// What the held-out results were measured on: source and number of problems.
util::Json measuredOn(const ComparedRun& run, const std::string& stage) {
    util::Json key = run.record.recipe.value("heldout", util::Json());
    const store::StageInfo* info = stageOf(run, stage);
    const bool counted = info != nullptr && info->record.summary.contains("problems");
    return {key, counted ? info->record.summary["problems"] : util::Json()};
}

}  // namespace

FinalResult finalResult(const ComparedRun& run, const std::string& stage, const char* key) {
    const store::StageInfo* info = stageOf(run, stage);
    if (info == nullptr || !info->record.summary.is_object()) return {};
    const util::Json& summary = info->record.summary;
    FinalResult result;
    result.score.value = numberOf(summary, key);
    result.score.isKnown = std::isfinite(result.score.value);
    result.score.stage = stage;
    const bool hasInterval = std::string_view(key) == "pass@1";
    result.score.low = hasInterval ? numberOf(summary, "ci_low") : std::nan("");
    result.score.high = hasInterval ? numberOf(summary, "ci_high") : std::nan("");
    // Every held-out problem is answered num_samples times, and once greedily; pass@8 is a share of
    // problems. (The summary's "samples" counts what training used.)
    const double problems = numberOf(summary, "problems");
    const double each = hasInterval ? numberOf(summary, "num_samples") : 1.0;
    result.samples = std::isfinite(problems * each) ? std::llround(problems * each) : 0;
    return result;
}

QString resultText(const FinalResult& result) {
    if (!result.score.isKnown) return QStringLiteral("–");
    const QString score = scoreText(result.score);
    if (result.samples <= 0) return score;
    //: a result and the number of answers that it was measured on
    return CompareModel::tr("%1, n = %2")
        .arg(score, QLocale().toString(static_cast<qlonglong>(result.samples)));
}

namespace {

/// The last stage that every run has a final held-out result of; controls do not count.
std::string lastCommonStage(const std::vector<ComparedRun>& runs) {
    std::string last;
    for (const store::StageInfo& stage : runs.front().stages) {
        if (stage.record.stage.rfind("control_", 0) == 0) continue;
        const bool all = std::all_of(runs.begin(), runs.end(), [&stage](const ComparedRun& run) {
            return finalResult(run, stage.record.stage, "pass@1").score.isKnown;
        });
        if (all) last = stage.record.stage;
    }
    return last;
}

}  // namespace

Conclusion concludeFrom(const std::vector<ComparedRun>& runs) {
    if (runs.size() < 2) return {};
    const std::string stage = lastCommonStage(runs);
    if (stage.empty()) {
        return {.sentence = CompareModel::tr("The runs have no stage in common that ended with a "
                                             "held-out result, so there is no winner to name.")};
    }
    const util::Json measured = measuredOn(runs.front(), stage);
    const bool same = std::all_of(runs.begin(), runs.end(), [&](const ComparedRun& run) {
        return measuredOn(run, stage) == measured;
    });
    if (!same) {
        return {.sentence = CompareModel::tr("The runs were measured on different held-out "
                                             "problems, so their results must not be ranked.")};
    }
    std::vector<std::pair<FinalResult, std::int64_t>> order;
    for (const ComparedRun& run : runs) {
        order.emplace_back(finalResult(run, stage, "pass@1"), run.record.id);
    }
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a.first.score.value > b.first.score.value;
    });
    const auto& [best, bestRun] = order[0];
    const auto& [next, nextRun] = order[1];
    const bool clear = best.score.low > next.score.high;
    const QString title = stageTitle(stage, stage);
    const QString sentence =
        clear
            //: %1 stage, %2 and %4 numbers of runs, %3 and %5 results with intervals
            ? CompareModel::tr(
                  "After %1, run %2 is ahead on held-out problems: %3 against run %4 "
                  "with %5. The 95 % intervals do not touch, so the difference is "
                  "real.")
            //: %1 stage, %2 and %4 numbers of runs, %3 and %5 results with intervals
            : CompareModel::tr(
                  "After %1, run %2 has the highest held-out result, %3, but its 95 % "
                  "interval overlaps that of run %4 with %5: the two are not told "
                  "apart.");
    return {.sentence = sentence.arg(title,
                                     QString::number(bestRun),
                                     resultText(best),
                                     QString::number(nextRun),
                                     resultText(next)),
            .isClear = clear,
            .isComparable = true};
}

// --- TextTable -----------------------------------------------------------------------------------

void TextTable::set(const QStringList& columns, const QList<Row>& rows) {
    beginResetModel();
    m_columns = columns;
    m_rows = rows;
    endResetModel();
}

int TextTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TextTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant TextTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= m_rows.size()) return {};
    const Row& row = m_rows[index.row()];
    if (role == Qt::DisplayRole) return row.cells.value(index.column());
    if (role == Qt::ToolTipRole) return plainTip(row.tip);
    if (role == Qt::AccessibleDescriptionRole) return row.tip;
    if (role == Qt::FontRole && row.isStrong) {
        QFont font;
        font.setWeight(QFont::DemiBold);
        return font;
    }
    return {};
}

QVariant TextTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return static_cast<int>(Qt::AlignLeading | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(m_columns.value(section)) : QVariant();
}

QString TextTable::toTsv() const {
    QString text;
    const auto line = [&text](const QStringList& cells) {
        QStringList safe;
        for (const QString& cell : cells) safe << tsvCell(cell);
        text += safe.join(u'\t') + u'\n';
    };
    line(m_columns);
    for (const Row& row : m_rows) line(row.cells);
    return text;
}

// --- CompareModel --------------------------------------------------------------------------------

CompareModel::CompareModel(QObject* parent)
    : QObject(parent),
      m_results(this),
      m_differences(this) {}

void CompareModel::setSession(ProjectSession* session) {
    m_session = session;
    ++m_ticket;
    m_ids.clear();
    adopt({});
}

void CompareModel::setRuns(const QList<std::int64_t>& runs) {
    m_ids = runs.mid(0, kMost);
    const int ticket = ++m_ticket;
    if (!m_session || m_ids.isEmpty()) {
        adopt({});
        return;
    }
    m_isLoading = true;
    using Read = util::Result<std::vector<ComparedRun>>;
    m_session->store().query<std::vector<ComparedRun>>(
        this,
        [ids = m_ids](store::Project& project) -> Read {
            std::vector<ComparedRun> read;
            for (const std::int64_t id : ids) {
                VT_ASSIGN(ComparedRun run, readRun(project.reader(), id));
                read.push_back(std::move(run));
            }
            return read;
        },
        [this, ticket](Read read) {
            if (ticket != m_ticket) return;
            m_isLoading = false;
            if (!read) {
                emit failed(read.error());
                return;
            }
            adopt(std::move(*read));
        },
        QStringLiteral("compare"));
}

void CompareModel::adopt(std::vector<ComparedRun> runs) {
    m_runs = std::move(runs);
    m_isLoading = false;
    retranslate();
}

void CompareModel::retranslate() {
    fillResults();
    fillDifferences();
    emit changed();
}

QString CompareModel::runTitle(int run) const {
    const store::RunRecord& record = m_runs[static_cast<std::size_t>(run)].record;
    //: %1 number, %2 name of a run
    return tr("Run %1: %2").arg(QString::number(record.id), oneLine(record.name, 40));
}

QStringList CompareModel::stages() const {
    QStringList all;
    for (const ComparedRun& run : m_runs) {
        for (const store::StageInfo& stage : run.stages) {
            const QString id = fromUtf8(stage.record.stage);
            if (!all.contains(id)) all << id;
        }
    }
    return all;
}

QString CompareModel::stageTypeOf(const QString& stage) const {
    for (const ComparedRun& run : m_runs) {
        const store::StageInfo* info = stageOf(run, stage.toStdString());
        if (info != nullptr) return fromUtf8(info->record.type);
    }
    return {};
}

QStringList CompareModel::metrics(const QString& stage) const {
    QStringList found;
    for (const char* name : kMetrics) {
        const QString metric = QString::fromLatin1(name);
        for (std::size_t i = 0; i < m_runs.size(); ++i) {
            // One point is a result and no curve.
            if (points(static_cast<int>(i), metric, stage).size() < 2) continue;
            found << metric;
            break;
        }
    }
    return found;
}

CurvePoints CompareModel::points(int run, const QString& metric, const QString& stage) const {
    CurvePoints points;
    const std::string id = stage.toStdString();
    for (const store::MetricPoint& point :
         m_runs[static_cast<std::size_t>(run)].series.value(metric)) {
        if (point.stage != id) continue;
        points.x.push_back(static_cast<double>(point.step));
        points.y.push_back(point.value);
    }
    return points;
}

void CompareModel::fillResults() {
    QStringList columns{tr("Result"), tr("Measured after")};
    for (std::size_t i = 0; i < m_runs.size(); ++i) columns << runTitle(static_cast<int>(i));
    struct Kind {
        const char* key;
        QString label;
        QString tip;
    };
    const Kind kinds[] = {
        {"pass@1",
         tr("Held-out pass rate"),
         tr("Share of sampled answers that are right on problems which training never sees, with "
            "its 95 % interval and the number of answers.")},
        {"maj@n",
         tr("Held-out, majority vote"),
         tr("Share of held-out problems whose most frequent answer is right.")},
        {"greedy",
         tr("Held-out, likeliest answer"),
         tr("Share of held-out problems whose single likeliest answer is right.")},
        {"pass@8",
         tr("Held-out, one of eight"),
         tr("Share of held-out problems that at least one of eight answers solves: what the model "
            "can reach at all.")},
    };
    QList<TextTable::Row> rows;
    for (const Kind& kind : kinds) {
        for (const QString& stage : stages()) {
            TextTable::Row row{
                .cells = {kind.label, stageTitle(stage.toStdString(), stage.toStdString())},
                .tip = kind.tip,
                .isStrong = std::string_view(kind.key) == "pass@1"};
            bool any = false;
            for (const ComparedRun& run : m_runs) {
                const FinalResult result = finalResult(run, stage.toStdString(), kind.key);
                any = any || result.score.isKnown;
                row.cells << resultText(result);
            }
            if (any) rows.push_back(row);
        }
    }
    if (!m_runs.empty()) {
        TextTable::Row time{.cells = {tr("Duration"), tr("the whole run")},
                            .tip = tr("From the start to the end of the run, pauses included.")};
        TextTable::Row state{.cells = {tr("State"), tr("the whole run")}, .tip = {}};
        for (const ComparedRun& run : m_runs) {
            const store::RunRecord& record = run.record;
            const bool ended = record.started_us != 0 && record.ended_us != 0;
            time.cells << durationText(ended ? record.ended_us - record.started_us : 0);
            state.cells << runStateLook(store::run_state_name(record.state)).word;
        }
        rows << time << state;
    }
    m_results.set(columns, rows);
}

void CompareModel::fillDifferences() {
    QStringList columns{tr("Setting"), tr("Where")};
    std::vector<util::Json> recipes;
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        columns << runTitle(static_cast<int>(i));
        recipes.push_back(m_runs[i].record.recipe);
    }
    QList<TextTable::Row> rows;
    if (m_runs.size() >= 2) {
        for (const ConfigDifference& row : compareRecipes(recipes)) {
            rows.push_back({.cells = QStringList{row.label, row.place} + row.values,
                            //: %1 what a setting does, %2 its technical name
                            .tip = tr("%1 In run.json: %2").arg(row.effect, row.key)});
        }
    }
    m_differences.set(columns, rows);
}

}  // namespace veritune::app
