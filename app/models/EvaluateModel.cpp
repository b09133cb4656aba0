// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/EvaluateModel.h"

#include "app/PlainText.h"
#include "app/widgets/Cards.h"
#include "app/widgets/RowTable.h"
#include "core/store/dataset_reader.h"
#include "core/store/evaluation_store.h"
#include "core/store/project.h"
#include "core/store/run_reader.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace veritune::app {
namespace {

QString percent(double share) {
    const QLocale locale;
    //: a share in percent
    return EvaluationTable::tr("%1 %").arg(locale.toString(100.0 * share, 'f', 1));
}

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

std::string keyOf(const data::EvaluationRecord& record) {
    return record.protocol_hash.empty() ? std::to_string(record.id) : record.protocol_hash;
}

QString kindWord(ScoreSlice::Kind kind) {
    switch (kind) {
        case ScoreSlice::Kind::kTag:
            return SliceTable::tr("Tag");
        case ScoreSlice::Kind::kLevel:
            return SliceTable::tr("Level");
        case ScoreSlice::Kind::kTopic:
            return SliceTable::tr("Topic");
        case ScoreSlice::Kind::kFamily:
            return SliceTable::tr("Family");
        case ScoreSlice::Kind::kLanguage:
            return SliceTable::tr("Language");
    }
    return {};
}

struct Everything {
    std::vector<data::EvaluationRecord> records;
    std::vector<store::RunRecord> runs;
    std::vector<store::DatasetInfo> datasets;
};

}  // namespace

QString intervalText(double score, double low, double high) {
    const QLocale locale;
    //: a result with the lower and upper end of its 95 % interval
    return EvaluationTable::tr("%1 (%2 – %3)")
        .arg(locale.toString(score, 'f', 3),
             locale.toString(low, 'f', 2),
             locale.toString(high, 'f', 2));
}

QString protocolTitle(const std::string& id) {
    if (id.empty()) return EvaluationTable::tr("as in training");
    // The titles of resources/protocols, which are English.
    if (id == "gsm8k_boxed_0") return EvaluationTable::tr("GSM8K, chat, boxed answer");
    if (id == "gsm8k_cot_8") return EvaluationTable::tr("GSM8K, 8 worked examples");
    if (id == "gsm8k_lmeval_5") return EvaluationTable::tr("GSM8K, 5 shots, plain text");
    if (id == "he_base_0") return EvaluationTable::tr("HumanEval, completion of the function");
    if (id == "he_chat_0") return EvaluationTable::tr("HumanEval, chat with the answer begun");
    if (id == "lighteval_math500") return EvaluationTable::tr("MATH-500, answer on the last line");
    if (id == "math_boxed_0") return EvaluationTable::tr("MATH, chat, boxed answer");
    if (id == "mbpp_3") return EvaluationTable::tr("MBPP, 3 shots");
    if (id == "minerva_4") return EvaluationTable::tr("MATH, 4 worked examples");
    if (id == "own_8") return EvaluationTable::tr("Your own questions, 8 samples");
    if (id == "own_greedy") return EvaluationTable::tr("Your own questions, one greedy answer");
    if (id == "r1_0") return EvaluationTable::tr("Reasoning models: MATH-500, 4 samples");
    if (id == "r1_0_aime24") return EvaluationTable::tr("Reasoning models: AIME 2024, 64 samples");
    if (id == "simple_evals") return EvaluationTable::tr("MATH-500, simple-evals prompt");
    return oneLine(id, 60);
}

// --- table ---------------------------------------------------------------------------------------

void EvaluationTable::set(std::vector<data::EvaluationRecord> records) {
    const bool isSame = records.size() == m_records.size() &&
                        std::equal(records.begin(),
                                   records.end(),
                                   m_records.begin(),
                                   [](const auto& a, const auto& b) { return a.id == b.id; });
    if (!isSame) beginResetModel();
    m_records = std::move(records);
    m_samples = m_records.empty() ? 1 : m_records.front().samples;
    m_mostPass = 0;
    for (const data::EvaluationRecord& record : m_records) {
        if (record.columns.empty() || record.columns.front().pass.empty()) continue;
        m_mostPass = std::max(m_mostPass, record.columns.front().pass.back().first);
    }
    if (!isSame) return endResetModel();
    if (!m_records.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

void EvaluationTable::setIntervals(std::int64_t id, const EvaluationIntervals& intervals) {
    m_intervals[id] = intervals;
    const int row = rowOf(id);
    if (row >= 0) emit dataChanged(index(row, kMajority), index(row, kCount - 1));
}

const data::EvaluationRecord* EvaluationTable::at(int row) const {
    if (row < 0 || static_cast<std::size_t>(row) >= m_records.size()) return nullptr;
    return &m_records[static_cast<std::size_t>(row)];
}

int EvaluationTable::rowOf(std::int64_t id) const {
    const auto found = std::find_if(
        m_records.begin(), m_records.end(), [id](const auto& one) { return one.id == id; });
    return found == m_records.end() ? -1 : static_cast<int>(found - m_records.begin());
}

QList<int> EvaluationTable::columnsOfSamples() const {
    QList<int> columns;
    if (m_samples > 1) columns.push_back(kMajority);
    for (std::size_t i = 0; i < kPowers.size(); ++i) {
        if (kPowers[i] <= m_mostPass) columns.push_back(kFirstPass + static_cast<int>(i));
    }
    return columns;
}

int EvaluationTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int EvaluationTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QString EvaluationTable::withInterval(double share, const eval::Interval* interval) const {
    if (interval) return intervalText(share, interval->lower, interval->upper);
    return QLocale().toString(share, 'f', 3) + QStringLiteral(" …");
}

QString EvaluationTable::passCell(const data::EvaluationRecord& record, std::int64_t k) const {
    if (record.columns.empty()) return QStringLiteral("–");
    const auto& pass = record.columns.front().pass;
    const auto has = [k](const auto& one) { return one.first == k; };
    const auto share = std::find_if(pass.begin(), pass.end(), has);
    if (share == pass.end()) return QStringLiteral("–");
    const auto known = m_intervals.find(record.id);
    if (known == m_intervals.end()) return withInterval(share->second, nullptr);
    const auto& all = known->second.pass;
    const auto interval = std::find_if(all.begin(), all.end(), has);
    return withInterval(share->second, interval == all.end() ? nullptr : &interval->second);
}

QString EvaluationTable::cell(const data::EvaluationRecord& record, int column) const {
    const QLocale locale;
    const data::EvaluationColumn* first = record.columns.empty() ? nullptr : &record.columns[0];
    if (column >= kFirstPass && column < kCount)
        return passCell(record, kPowers[static_cast<std::size_t>(column - kFirstPass)]);
    switch (column) {
        case kName:
            return oneLine(record.name, 80);
        case kProtocol:
            return protocolTitle(record.protocol);
        case kSet:
            return oneLine(record.dataset, 60);
        case kScore:
            return first ? intervalText(first->score, first->low, first->high)
                         : QStringLiteral("–");
        case kMajority: {
            if (!first || record.samples < 2) return QStringLiteral("–");
            const auto known = m_intervals.find(record.id);
            return withInterval(first->majority,
                                known == m_intervals.end() ? nullptr : &known->second.majority);
        }
        case kCount:
            //: numbers of problems and of samples for each
            return tr("%1 × %2").arg(number(record.problems), number(record.samples));
        case kNoAnswer:
            return first ? percent(first->no_answer_rate) : QStringLiteral("–");
        case kCutOff:
            return percent(record.truncation_rate);
        case kLength:
            return record.mean_tokens < 0 ? QStringLiteral("–")
                                          : locale.toString(record.mean_tokens, 'f', 0);
        case kWhen:
            return locale.toString(QDateTime::fromMSecsSinceEpoch(record.created_us / 1000),
                                   QLocale::ShortFormat);
        default:
            return {};
    }
}

QVariant EvaluationTable::data(const QModelIndex& index, int role) const {
    const data::EvaluationRecord* record = at(index.row());
    if (!record) return {};
    const int column = index.column();
    if (role == Qt::DisplayRole) return cell(*record, column);
    if (role == Qt::AccessibleTextRole) {
        const QString text = cell(*record, column);
        return text.isEmpty() ? QStringLiteral("–") : text;
    }
    if (role == kRowMarkRole && column == kName)
        return record->complete ? QVariant() : QVariant(QStringLiteral("half-circle"));
    if (role == kRowToneRole) {
        if (column == kName && !record->complete) return static_cast<int>(Severity::kWarn);
        if (column >= kCount) return kRowToneMuted;
    }
    if (role == Qt::ToolTipRole) {
        if (column == kName && !record->complete)
            return plainTip(tr("Not complete: it was cut off and can be resumed."));
        return plainTip(cell(*record, column));
    }
    if (role == Qt::TextAlignmentRole && column >= kScore && column <= kLength)
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    return {};
}

namespace {

QString columnTip(int column) {
    using Table = EvaluationTable;
    if (column >= Table::kFirstPass && column < Table::kCount) {
        return EvaluationTable::tr(
            "Share of problems that at least one of so many samples solves, with its "
            "95 % interval.");
    }
    switch (column) {
        case Table::kScore:
            return EvaluationTable::tr("Share of right answers, with its 95 % interval.");
        case Table::kMajority:
            return EvaluationTable::tr(
                "Share of problems whose commonest answer is right, with its 95 % interval.");
        case Table::kCount:
            return EvaluationTable::tr("Problems × samples");
        case Table::kNoAnswer:
            return EvaluationTable::tr(
                "Share of texts without a final answer. Healthy: under 2 %.");
        case Table::kCutOff:
            return EvaluationTable::tr(
                "Share of texts cut off at the length limit. Healthy: under 2 %.");
        case Table::kLength:
            return EvaluationTable::tr("Mean length of an answer in tokens.");
        default:
            return {};
    }
}

}  // namespace

QVariant EvaluationTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section >= kScore && section <= kLength;
        return QVariant((isNumber ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole) {
        const QString tip = columnTip(section);
        return tip.isEmpty() ? QVariant() : QVariant(plainTip(tip));
    }
    if (role != Qt::DisplayRole) return {};
    if (section >= kFirstPass && section < kCount) {
        const std::int64_t k = kPowers[static_cast<std::size_t>(section - kFirstPass)];
        //: a column: the share of problems that one of %1 samples solves; the name of the measure
        return k > m_mostPass ? QString() : tr("One of %1 (pass@%1)").arg(number(k));
    }
    switch (section) {
        case kName:
            return tr("Measured");
        case kScore:
            //: a column: %1 samples a problem; the name of the measure
            return m_samples > 1 ? tr("Right (avg@%1)").arg(number(m_samples))
                                 : tr("Right answers");
        case kMajority:
            //: a column: %1 samples a problem; the name of the measure
            return m_samples > 1 ? tr("Majority (maj@%1)").arg(number(m_samples)) : QString();
        case kCount:
            return tr("Answers", "a column: problems × samples");
        case kNoAnswer:
            return tr("No answer");
        case kCutOff:
            return tr("Cut off");
        case kLength:
            return tr("Tokens");
        case kProtocol:
            return tr("Protocol");
        case kSet:
            return tr("Data set");
        case kWhen:
            return tr("When");
        default:
            return {};
    }
}

void EvaluationTable::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
    if (!m_records.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

// --- slices --------------------------------------------------------------------------------------

void SliceTable::set(std::vector<ScoreSlice> slices, const eval::Interval& whole) {
    beginResetModel();
    m_slices = std::move(slices);
    m_whole = whole;
    endResetModel();
}

int SliceTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_slices.size());
}

int SliceTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant SliceTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const ScoreSlice& slice = m_slices[static_cast<std::size_t>(index.row())];
    const bool isWeaker = slice.score.upper < m_whole.estimate;
    const bool isStronger = slice.score.lower > m_whole.estimate;
    const QString score = intervalText(slice.score.estimate, slice.score.lower, slice.score.upper);
    //: of a group of problems, against all of them
    const QString against = isWeaker     ? tr("weaker than the whole")
                            : isStronger ? tr("stronger than the whole")
                                         : tr("as the whole");
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
        switch (index.column()) {
            case kKind:
                return kindWord(slice.kind);
            case kValue:
                return oneLine(slice.value, 60);
            case kProblems:
                return number(slice.problems);
            case kScore:
                return score;
            case kBar:
                return role == Qt::AccessibleTextRole ? QVariant(against) : QVariant();
            default:
                return {};
        }
    }
    if (index.column() == kBar) {
        if (role == kRowBarRole)
            return QVariantList{
                slice.score.lower, slice.score.estimate, slice.score.upper, m_whole.estimate};
        if (role == kRowExportRole) return against;
        if (role == Qt::ToolTipRole) return plainTip(against);
    }
    if (index.column() == kScore && (isWeaker || isStronger)) {
        if (role == kRowMarkRole)
            return isWeaker ? QStringLiteral("chevron-down") : QStringLiteral("chevron-up");
        if (role == Qt::ToolTipRole) return plainTip(against);
    }
    if (role == kRowToneRole) {
        if (index.column() == kKind || index.column() == kProblems) return kRowToneMuted;
        if (index.column() == kScore && isWeaker) return static_cast<int>(Severity::kWarn);
        if (index.column() == kScore && isStronger) return static_cast<int>(Severity::kGood);
    }
    if (role == Qt::TextAlignmentRole && (index.column() == kProblems || index.column() == kScore))
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) return plainTip(data(index, Qt::DisplayRole).toString());
    return {};
}

QVariant SliceTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section == kProblems || section == kScore;
        return QVariant((isNumber ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole && section == kBar) {
        return plainTip(
            tr("The interval from 0 to 1; the thin mark is the score of all problems. "
               "An interval beside the mark is told apart from it."));
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kKind:
            return tr("By");
        case kValue:
            return tr("Problems with", "a column: what the problems of a row have in common");
        case kProblems:
            return tr("Count");
        case kScore:
            return tr("Right answers");
        case kBar:
            return tr("From 0 to 1");
        default:
            return {};
    }
}

void SliceTable::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
    if (!m_slices.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

// --- changed problems ----------------------------------------------------------------------------

void ChangedTable::set(const eval::Comparison& comparison) {
    beginResetModel();
    m_rows = comparison.broken;
    m_broken = static_cast<int>(m_rows.size());
    m_rows.insert(m_rows.end(), comparison.fixed.begin(), comparison.fixed.end());
    endResetModel();
}

void ChangedTable::clear() { set({}); }

std::string ChangedTable::problemAt(int row) const {
    return row < 0 || row >= rowCount() ? std::string()
                                        : m_rows[static_cast<std::size_t>(row)].problem_id;
}

int ChangedTable::nextBroken(int row) const {
    if (m_broken == 0) return -1;
    return row + 1 < m_broken ? row + 1 : 0;
}

int ChangedTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChangedTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant ChangedTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const eval::ChangedProblem& row = m_rows[static_cast<std::size_t>(index.row())];
    const bool isBroken = index.row() < m_broken;
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
        const QLocale locale;
        switch (index.column()) {
            case kWhat:
                return isBroken ? tr("broken", "a problem that was right") : tr("fixed");
            case kProblem:
                return oneLine(row.problem_id, 120);
            case kBefore:
                return percent(row.before);
            case kAfter:
                return percent(row.after);
            default:
                return {};
        }
    }
    if (role == kRowMarkRole && index.column() == kWhat)
        return isBroken ? QStringLiteral("cross-circle") : QStringLiteral("check-circle");
    if (role == kRowToneRole && index.column() == kWhat)
        return static_cast<int>(isBroken ? Severity::kBad : Severity::kGood);
    if (role == Qt::TextAlignmentRole && index.column() >= kBefore)
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) return plainTip(data(index, Qt::DisplayRole).toString());
    return {};
}

QVariant ChangedTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        return QVariant((section >= kBefore ? Qt::AlignTrailing : Qt::AlignLeading) |
                        Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kWhat:
            return tr("Change");
        case kProblem:
            return tr("Problem");
        case kBefore:
            return tr("Right before");
        case kAfter:
            return tr("Right now");
        default:
            return {};
    }
}

void ChangedTable::retranslate() {
    emit headerDataChanged(Qt::Horizontal, 0, kColumns - 1);
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
}

// --- a pair --------------------------------------------------------------------------------------

util::Result<PairResult> comparePair(data::EvaluationRecord before, data::EvaluationRecord after) {
    PairResult pair;
    VT_ASSIGN(pair.comparison, eval::compare(before, after));
    const auto problemsOf = [&](const data::EvaluationRecord& record) {
        std::map<std::string, double> share;
        for (const data::EvaluationColumn& column : record.columns) {
            if (column.name != pair.comparison.column) continue;
            for (const data::ProblemScore& one : column.problems) {
                if (one.samples > 0) {
                    share[one.problem_id] =
                        static_cast<double>(one.correct) / static_cast<double>(one.samples);
                }
            }
        }
        return share;
    };
    const std::map<std::string, double> a = problemsOf(before);
    std::vector<double> sharesBefore;
    std::vector<double> sharesAfter;
    for (const auto& [id, share] : problemsOf(after)) {
        const auto found = a.find(id);
        if (found == a.end()) continue;
        sharesBefore.push_back(found->second);
        sharesAfter.push_back(share);
        if (share >= 1.0 && found->second >= 1.0) ++pair.bothRight;
        if (share <= 0.0 && found->second <= 0.0) ++pair.bothWrong;
    }
    pair.scoreBefore = meanShare(sharesBefore);
    pair.scoreAfter = meanShare(sharesAfter);
    pair.before = std::move(before);
    pair.after = std::move(after);
    return pair;
}

PairConclusion concludeFrom(const PairResult& pair) {
    const eval::Comparison& found = pair.comparison;
    const QLocale locale;
    if (!found.same_protocol) {
        const QString why = pair.before.protocol != pair.after.protocol
                                ? EvaluateModel::tr("they were measured by different protocols")
                            : pair.before.dataset != pair.after.dataset
                                ? EvaluateModel::tr("they were measured on different data sets")
                                : EvaluateModel::tr(
                                      "the problems, the chat template or the "
                                      "verifiers are not the same");
        //: %1 half a sentence
        return {.sentence = EvaluateModel::tr("These two must not be ranked: %1.").arg(why)};
    }
    const double points = 100.0 * found.difference.estimate;
    const QString name = oneLine(points >= 0 ? pair.after.name : pair.before.name, 60);
    const auto number = [&locale](double value) {
        return locale.toString(100.0 * value, 'f', 1).replace(u'-', QChar(0x2212));
    };
    const QString interval =
        EvaluateModel::tr("%1 to %2 points")
            .arg(number(found.difference.lower), number(found.difference.upper));
    const QString p = locale.toString(found.p_value, 'f', 3);
    PairConclusion conclusion{.isComparable = true, .isClear = found.significant()};
    if (found.significant()) {
        //: %1 what is ahead, %2 points, %3 an interval, %4 a probability
        conclusion.sentence =
            EvaluateModel::tr("%1 is ahead by %2 points (%3, p = %4).")
                .arg(name, locale.toString(std::fabs(points), 'f', 1), interval, p);
    } else {
        //: %1 an interval of points, %2 a probability
        conclusion.sentence = EvaluateModel::tr(
                                  "Not told apart: the difference is %1 (p = %2). "
                                  "More problems would tell more.")
                                  .arg(interval, p);
    }
    if (!pair.before.complete || !pair.after.complete) {
        conclusion.sentence += u' ' + EvaluateModel::tr("One of them is not complete.");
    }
    if (found.only_a + found.only_b > 0) {
        conclusion.sentence +=
            u' ' + EvaluateModel::tr(
                       "Counted on %Ln common problems only.",
                       nullptr,
                       static_cast<int>(std::min<std::int64_t>(found.problems, 2'000'000'000)));
    }
    return conclusion;
}

// --- model ---------------------------------------------------------------------------------------

EvaluateModel::EvaluateModel(QObject* parent)
    : QObject(parent) {}

void EvaluateModel::setSession(ProjectSession* session) {
    m_session = session;
    adopt({});
    m_runs.clear();
    m_datasets.clear();
    m_isRunning = false;
    if (session) {
        connect(&session->engine(),
                &EngineService::progressed,
                this,
                [this](const engine::Progress& progress) {
                    if (!m_isRunning) return;
                    m_fraction = progress.fraction;
                    m_phase = fromUtf8(progress.phase);
                    emit changed();
                });
    }
    emit changed();
}

void EvaluateModel::reload() {
    if (!m_session) return;
    m_isLoading = true;
    m_session->store().query<Everything>(
        this,
        [](store::Project& project) -> util::Result<Everything> {
            Everything all;
            VT_ASSIGN(all.records, project.evaluations().list());
            VT_ASSIGN(all.runs, project.reader().list_runs());
            VT_ASSIGN(all.datasets, project.datasets().list());
            return all;
        },
        [this](util::Result<Everything> all) {
            m_isLoading = false;
            if (!all) {
                emit failed(all.error());
                emit changed();
                return;
            }
            adopt(std::move(all->records));
            m_runs = std::move(all->runs);
            m_datasets = std::move(all->datasets);
            emit changed();
        },
        QStringLiteral("evaluations"));
}

void EvaluateModel::adopt(std::vector<data::EvaluationRecord> records) {
    m_records = std::move(records);
    m_groups.clear();
    for (const data::EvaluationRecord& record : m_records) {
        const std::string key = keyOf(record);
        const auto known = std::find_if(m_groups.begin(),
                                        m_groups.end(),
                                        [&key](const auto& group) { return group.key == key; });
        if (known != m_groups.end()) {
            ++known->results;
        } else {
            m_groups.push_back({.key = key,
                                .protocol = record.protocol,
                                .hash = record.protocol_hash,
                                .dataset = record.dataset,
                                .problems = record.problems,
                                .samples = record.samples,
                                .results = 1});
        }
        if (m_newRun != 0 && record.run == m_newRun) m_group = key;
    }
    m_newRun = 0;
    setGroup(m_group);
}

void EvaluateModel::setGroup(const std::string& key) {
    const bool isKnown = std::any_of(
        m_groups.begin(), m_groups.end(), [&key](const auto& group) { return group.key == key; });
    m_group = isKnown ? key : m_groups.empty() ? std::string() : m_groups.front().key;
    std::vector<data::EvaluationRecord> shown;
    for (const data::EvaluationRecord& record : m_records) {
        if (keyOf(record) == m_group) shown.push_back(record);
    }
    m_table.set(std::move(shown));
    readIntervals();
    emit changed();
}

/// A record after the other: a long table fills up while it can be used.
void EvaluateModel::readIntervals() {
    if (!m_session) return;
    for (int row = 0; row < m_table.rowCount(); ++row) {
        const data::EvaluationRecord& record = *m_table.at(row);
        if (record.samples < 2) continue;
        m_session->store().query<EvaluationIntervals>(
            this,
            [id = record.id](store::Project& project) -> util::Result<EvaluationIntervals> {
                VT_ASSIGN(const auto whole, project.evaluations().get(id));
                return intervalsOf(whole);
            },
            [this, id = record.id](const util::Result<EvaluationIntervals>& found) {
                if (found) m_table.setIntervals(id, *found);
            },
            QStringLiteral("intervals %1").arg(record.id));
    }
}

void EvaluateModel::describe(std::int64_t id) {
    if (!m_session) return;
    m_session->store().query<EvaluationInsight>(
        this,
        [id](store::Project& project) -> util::Result<EvaluationInsight> {
            VT_ASSIGN(const auto whole, project.evaluations().get(id));
            VT_ASSIGN(const auto labels, labelsOf(whole, project.dataset_reader()));
            return insightOf(whole, labels);
        },
        [this](const util::Result<EvaluationInsight>& found) {
            if (!found) {
                emit failed(found.error());
                return;
            }
            emit described(*found);
        },
        QStringLiteral("describe"));
}

void EvaluateModel::compare(std::int64_t first, std::int64_t second) {
    if (!m_session) return;
    m_session->store().query<PairResult>(
        this,
        [first, second](store::Project& project) -> util::Result<PairResult> {
            VT_ASSIGN(auto a, project.evaluations().get(std::min(first, second)));
            VT_ASSIGN(auto b, project.evaluations().get(std::max(first, second)));
            return comparePair(std::move(a), std::move(b));
        },
        [this](util::Result<PairResult> pair) {
            if (!pair) {
                emit failed(pair.error());
                return;
            }
            emit compared(*pair);
        },
        QStringLiteral("compare"));
}

void EvaluateModel::start(engine::Evaluate request, const std::string& protocol) {
    if (!m_session || m_isRunning) return;
    m_isRunning = true;
    m_fraction = -1.0;
    m_phase.clear();
    emit changed();
    if (protocol.empty()) return send(request);
    // The shots of a protocol are rows of the data set; read before anything is asked for.
    m_session->store().query<util::Json>(
        this,
        [protocol, dataset = request.dataset](store::Project& project) -> util::Result<util::Json> {
            const auto fs = util::make_posix_file_system();
            VT_ASSIGN(eval::Protocol wanted, eval::load_protocol(*fs, protocol));
            if (!wanted.prompt.shot_ids.empty()) {
                VT_ASSIGN(const auto rows, project.dataset_reader().problems(dataset));
                VT_TRY(eval::fill_shots(wanted, rows));
            }
            return eval::protocol_to_json(wanted);
        },
        [this, request](util::Result<util::Json> json) mutable {
            if (!json) {
                m_isRunning = false;
                emit changed();
                emit failed(json.error());
                return;
            }
            request.protocol = std::move(*json);
            send(request);
        });
}

void EvaluateModel::resume(std::int64_t run) {
    if (!m_session || m_isRunning) return;
    m_isRunning = true;
    m_fraction = -1.0;
    m_phase.clear();
    emit changed();
    engine::Evaluate request;
    request.resume = run;
    send(request);
}

void EvaluateModel::send(const engine::Evaluate& request) {
    engine::Evaluate named = request;
    m_request = "studio-eval-" + std::to_string(QCoreApplication::applicationPid()) + "-" +
                std::to_string(++m_count);
    named.request = m_request;
    m_session->engine().call<engine::Evaluated>(
        this,
        [named](engine::Engine& engine) { return engine.evaluate(named); },
        [this](util::Result<engine::Evaluated> done) {
            m_isRunning = false;
            emit changed();
            if (!done) {
                emit failed(done.error());
            } else {
                m_newRun = done->run;
                emit measured(done->run);
            }
            reload();
        });
}

void EvaluateModel::cancel() {
    if (!m_session || !m_isRunning) return;
    m_session->engine().tell(
        this,
        [request = m_request](engine::Engine& engine) {
            return engine.cancel({.request = request});
        },
        [](const util::Status&) {});
}

}  // namespace veritune::app
