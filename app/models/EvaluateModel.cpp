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

QString passText(const data::EvaluationColumn& column) {
    if (column.pass.empty()) return QStringLiteral("–");
    const auto& [k, share] = column.pass.back();
    const QLocale locale;
    //: the share of problems that one of %1 samples solves
    return EvaluationTable::tr("%2 of %1")
        .arg(locale.toString(static_cast<qlonglong>(k)), locale.toString(share, 'f', 3));
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
    if (isSame) {
        m_records = std::move(records);
        if (!m_records.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
        return;
    }
    beginResetModel();
    m_records = std::move(records);
    endResetModel();
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

int EvaluationTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_records.size());
}

int EvaluationTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant EvaluationTable::data(const QModelIndex& index, int role) const {
    const data::EvaluationRecord* record = at(index.row());
    if (!record) return {};
    const int cell = index.column();
    const data::EvaluationColumn* first = record->columns.empty() ? nullptr : &record->columns[0];
    if (role == Qt::AccessibleTextRole) {
        const QString text = data(index, Qt::DisplayRole).toString();
        return text.isEmpty() ? QStringLiteral("–") : text;
    }
    if (role == Qt::DisplayRole) {
        const QLocale locale;
        switch (cell) {
            case kName:
                return oneLine(record->name, 80);
            case kProtocol:
                return protocolTitle(record->protocol);
            case kSet:
                return oneLine(record->dataset, 60);
            case kScore:
                return first ? intervalText(first->score, first->low, first->high)
                             : QStringLiteral("–");
            case kMajority:
                return first && record->samples > 1 ? locale.toString(first->majority, 'f', 3)
                                                    : QStringLiteral("–");
            case kPass:
                return first && record->samples > 1 ? passText(*first) : QStringLiteral("–");
            case kCount:
                //: numbers of problems and of samples for each
                return tr("%1 × %2").arg(locale.toString(static_cast<qlonglong>(record->problems)),
                                         locale.toString(static_cast<qlonglong>(record->samples)));
            case kNoAnswer:
                return first ? percent(first->no_answer_rate) : QStringLiteral("–");
            case kCutOff:
                return percent(record->truncation_rate);
            case kWhen:
                return locale.toString(QDateTime::fromMSecsSinceEpoch(record->created_us / 1000),
                                       QLocale::ShortFormat);
            default:
                return {};
        }
    }
    if (role == kRowMarkRole && cell == kName)
        return record->complete ? QVariant() : QVariant(QStringLiteral("half-circle"));
    if (role == kRowToneRole) {
        if (cell == kName && !record->complete) return static_cast<int>(Severity::kWarn);
        if (cell == kProtocol || cell == kSet || cell == kWhen || cell == kCount)
            return kRowToneMuted;
    }
    if (role == Qt::ToolTipRole) {
        if (cell == kProtocol) {
            //: the beginning of a hash
            return plainTip(tr("Everything that moves a score but the model: %1. Scores of other "
                               "values must not be compared.")
                                .arg(fromUtf8(record->protocol_hash).left(12)));
        }
        if (cell == kName && !record->complete)
            return plainTip(tr("Not complete: it was cut off and can be resumed."));
        return plainTip(data(index, Qt::DisplayRole).toString());
    }
    if (role == Qt::TextAlignmentRole && cell >= kScore && cell <= kCutOff)
        return QVariant(Qt::AlignTrailing | Qt::AlignVCenter);
    return {};
}

QVariant EvaluationTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) {
        const bool isNumber = section >= kScore && section <= kCutOff;
        return QVariant((isNumber ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
    }
    if (role == Qt::ToolTipRole) {
        switch (section) {
            case kScore:
                return plainTip(tr("Share of right answers, with its 95 % interval."));
            case kMajority:
                return plainTip(tr("Share of problems whose commonest answer is right."));
            case kPass:
                return plainTip(
                    tr("Share of problems that at least one of so many samples "
                       "solves."));
            case kNoAnswer:
                return plainTip(tr("Share of texts without a final answer. Healthy: under 2 %."));
            case kCutOff:
                return plainTip(
                    tr("Share of texts cut off at the length limit. Healthy: under "
                       "2 %."));
            default:
                return {};
        }
    }
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kName:
            return tr("Measured");
        case kProtocol:
            return tr("Protocol");
        case kSet:
            return tr("Data set");
        case kScore:
            return tr("Right answers");
        case kMajority:
            return tr("Majority");
        case kPass:
            return tr("One of k");
        case kCount:
            return tr("Problems × samples");
        case kNoAnswer:
            return tr("No answer");
        case kCutOff:
            return tr("Cut off");
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
    for (const auto& [id, share] : problemsOf(after)) {
        const auto found = a.find(id);
        if (found == a.end()) continue;
        if (share >= 1.0 && found->second >= 1.0) ++pair.bothRight;
        if (share <= 0.0 && found->second <= 0.0) ++pair.bothWrong;
    }
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
    m_table.set({});
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
            m_table.set(std::move(all->records));
            m_runs = std::move(all->runs);
            m_datasets = std::move(all->datasets);
            emit changed();
        },
        QStringLiteral("evaluations"));
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
