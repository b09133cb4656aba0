// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/eval_views.h"

#include "core/util/clock.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace veritune::cli {
namespace {

using Align = TextTable::Align;
using data::EvaluationColumn;
using data::EvaluationRecord;

std::string range(const EvaluationColumn& column) {
    return format_number(100.0 * column.low, 1) + " to " + format_number(100.0 * column.high, 1);
}

std::string pass_text(const EvaluationColumn& column) {
    std::string text;
    for (const auto& [k, value] : column.pass) {
        if (k == 1) continue;
        text += (text.empty() ? "" : ", ") + ("@" + std::to_string(k)) + " " + percent(value);
    }
    return text;
}

std::string points(double share) {
    return (share < 0 ? "-" : "+") + format_number(100.0 * std::abs(share), 1);
}

std::string changed_list(const std::string& title,
                         const std::vector<eval::ChangedProblem>& list,
                         std::size_t limit) {
    std::string text = title + " (" + std::to_string(list.size()) + ")\n";
    for (std::size_t i = 0; i < list.size() && i < limit; ++i) {
        text += "  " + printable(list[i].problem_id) + "  " + format_number(list[i].before, 2) +
                " -> " + format_number(list[i].after, 2) + "\n";
    }
    if (list.size() > limit) text += "  ... and " + std::to_string(list.size() - limit) + " more\n";
    return text;
}

util::Json changed_json(const std::vector<eval::ChangedProblem>& list) {
    util::Json json = util::Json::array();
    for (const eval::ChangedProblem& one : list)
        json.push_back({{"id", one.problem_id}, {"before", one.before}, {"after", one.after}});
    return json;
}

util::Json problems_json(const EvaluationColumn& column) {
    util::Json json = util::Json::array();
    for (const data::ProblemScore& p : column.problems) {
        json.push_back({{"id", p.problem_id},
                        {"samples", p.samples},
                        {"correct", p.correct},
                        {"masked", p.masked},
                        {"no_answer", p.no_answer},
                        {"majority", p.majority}});
    }
    return json;
}

}  // namespace

std::string percent(double share) { return format_number(100.0 * share, 1) + " %"; }

util::Json evaluation_json(const EvaluationRecord& record, bool problems) {
    util::Json columns = util::Json::array();
    for (const EvaluationColumn& c : record.columns) {
        util::Json pass = util::Json::object();
        for (const auto& [k, value] : c.pass) pass[std::to_string(k)] = value;
        util::Json column = {{"name", c.name},
                             {"score", c.score},
                             {"low", c.low},
                             {"high", c.high},
                             {"majority", c.majority},
                             {"pass", std::move(pass)},
                             {"no_answer_rate", c.no_answer_rate},
                             {"masked", c.masked}};
        if (problems) column["problems"] = problems_json(c);
        columns.push_back(std::move(column));
    }
    return {{"id", record.id},
            {"run", record.run},
            {"name", record.name},
            {"protocol", record.protocol},
            {"protocol_hash", record.protocol_hash},
            {"dataset", record.dataset},
            {"split", record.split},
            {"problems", record.problems},
            {"samples", record.samples},
            {"truncation_rate", record.truncation_rate},
            {"mean_tokens", record.mean_tokens},
            {"complete", record.complete},
            {"created", util::format_utc(record.created_us)},
            {"subject", record.subject},
            {"columns", std::move(columns)}};
}

util::Json comparison_json(const eval::Comparison& c) {
    return {{"column", c.column},
            {"problems", c.problems},
            {"only_a", c.only_a},
            {"only_b", c.only_b},
            {"score_a", c.score_a},
            {"score_b", c.score_b},
            {"difference", c.difference.estimate},
            {"low", c.difference.lower},
            {"high", c.difference.upper},
            {"p_value", c.p_value},
            {"significant", c.significant()},
            {"same_protocol", c.same_protocol},
            {"warnings", c.warnings},
            {"broken", changed_json(c.broken)},
            {"fixed", changed_json(c.fixed)}};
}

std::string evaluation_text(const EvaluationRecord& record) {
    const bool sampled = record.samples > 1;
    std::vector<TextTable::Column> heads = {{"column", Align::kLeft},
                                            {"score", Align::kRight},
                                            {"95 % interval", Align::kRight},
                                            {"no answer", Align::kRight}};
    if (sampled) {
        heads.push_back({"majority", Align::kRight});
        heads.push_back({"pass", Align::kLeft});
    }
    TextTable table(heads);
    for (const EvaluationColumn& c : record.columns) {
        std::vector<std::string> row = {
            printable(c.name), percent(c.score), range(c), percent(c.no_answer_rate)};
        if (sampled) {
            row.push_back(percent(c.majority));
            row.push_back(pass_text(c));
        }
        table.add(row);
    }
    std::string text = table.render();
    text += "\n" + format_count(record.problems) + " problems, " + format_count(record.samples) +
            (sampled ? " samples each" : " sample each") + "; " + percent(record.truncation_rate) +
            " cut off";
    if (record.mean_tokens >= 0.0)
        text += ", " + format_number(record.mean_tokens, 0) + " tokens on average";
    return text + "\nprotocol " + record.protocol + " (" + record.protocol_hash.substr(0, 12) +
           ")\n";
}

std::string evaluations_text(const std::vector<EvaluationRecord>& records) {
    std::map<std::pair<std::string, std::string>, std::vector<const EvaluationRecord*>> groups;
    for (const EvaluationRecord& record : records)
        groups[{record.protocol, record.protocol_hash}].push_back(&record);
    std::string text;
    for (const auto& [key, list] : groups) {
        text += (text.empty() ? "" : "\n") + printable(key.first) + " on " +
                printable(list.front()->dataset) + " (" +
                (key.second.empty() ? "not begun" : key.second.substr(0, 12)) + ")\n";
        TextTable table({{"id", Align::kRight},
                         {"model", Align::kLeft},
                         {"column", Align::kLeft},
                         {"score", Align::kRight},
                         {"95 % interval", Align::kRight},
                         {"run", Align::kRight},
                         {"created", Align::kLeft}});
        for (const EvaluationRecord* record : list) {
            const std::string run = record->run > 0 ? std::to_string(record->run) : "-";
            const std::string created = util::format_utc(record->created_us);
            if (!record->complete)
                table.add({std::to_string(record->id),
                           printable(record->name),
                           "not complete",
                           "",
                           "",
                           run,
                           created});
            for (const EvaluationColumn& c : record->columns)
                table.add({std::to_string(record->id),
                           printable(record->name),
                           printable(c.name),
                           percent(c.score),
                           range(c),
                           run,
                           created});
        }
        text += table.render();
    }
    return text;
}

std::string comparison_text(const EvaluationRecord& a,
                            const EvaluationRecord& b,
                            const eval::Comparison& c,
                            std::size_t limit) {
    std::string text;
    for (const std::string& warning : c.warnings) text += "Warning: " + warning + "\n";
    text += "A  " + printable(a.name) + "  " + percent(c.score_a) + "   (evaluation " +
            std::to_string(a.id) + ", " + a.protocol + " " + a.protocol_hash.substr(0, 12) + ")\n";
    text += "B  " + printable(b.name) + "  " + percent(c.score_b) + "   (evaluation " +
            std::to_string(b.id) + ", " + b.protocol + " " + b.protocol_hash.substr(0, 12) + ")\n";
    text += "column " + printable(c.column) + ", " + format_count(c.problems) +
            " problems: B - A = " + points(c.difference.estimate) + " points (95 % from " +
            points(c.difference.lower) + " to " + points(c.difference.upper) + ")\n";
    text += eval::verdict_sentence(c) + "\n\n";
    text += changed_list("Broken: right before, worse now", c.broken, limit);
    return text + changed_list("Fixed", c.fixed, limit);
}

std::string protocols_text(const std::vector<eval::Protocol>& protocols) {
    TextTable table({{"protocol", Align::kLeft},
                     {"benchmark", Align::kLeft},
                     {"samples", Align::kRight},
                     {"what", Align::kLeft}});
    for (const eval::Protocol& p : protocols) {
        table.add({p.id,
                   p.benchmark.empty() ? "-" : p.benchmark,
                   format_count(p.sampling.samples),
                   p.title});
    }
    return table.render();
}

}  // namespace veritune::cli
