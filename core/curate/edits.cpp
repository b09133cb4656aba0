// SPDX-License-Identifier: Apache-2.0
#include "core/curate/edits.h"

#include "core/curate/words.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace veritune::curate {
namespace {

using data::Edit;
using util::Json;

Edit patch_edit(const std::string& dataset, std::string label) {
    Edit edit;
    edit.kind = data::EditKind::kPatch;
    edit.dataset = dataset;
    edit.label = std::move(label);
    return edit;
}

/// A finding that a person has to look at.
Json finding(const std::string& reason,
             const std::string& other,
             double score,
             const std::string& note) {
    return {
        {"status", "needs_review"},
        {"add_review",
         Json::array({{{"reason", reason}, {"other", other}, {"score", score}, {"note", note}}})}};
}

/// By kBins.
constexpr std::array<std::string_view, kBins.size()> kBinTags = {
    "rate-0", "rate-1-20", "rate-21-50", "rate-51-80", "rate-81-99", "rate-100"};

/// The most similar earlier row of each row.
std::map<std::int64_t, const DuplicatePair*> nearest_earlier(const DuplicateReport& report) {
    std::map<std::int64_t, const DuplicatePair*> nearest;
    for (const DuplicatePair& pair : report.pairs) {
        const DuplicatePair*& best = nearest[pair.second];
        if (best == nullptr || pair.similarity > best->similarity) best = &pair;
    }
    return nearest;
}

}  // namespace

std::vector<data::Problem> problems_of(const Rows& rows) {
    std::vector<data::Problem> problems;
    for (const data::DatasetRow& row : rows) problems.push_back(row.problem);
    return problems;
}

std::vector<std::string> texts_of(const Rows& rows) {
    std::vector<std::string> texts;
    for (const data::DatasetRow& row : rows) texts.push_back(question_text(row.problem));
    return texts;
}

Edit gold_edit(const std::string& dataset, const Rows& rows, const GoldReport& report) {
    Edit edit = patch_edit(dataset, "Check the golds");
    std::map<std::int64_t, const GoldFault*> faults;
    for (const GoldFault& fault : report.faults) faults.emplace(fault.row, &fault);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto fault = faults.find(static_cast<std::int64_t>(i));
        if (fault != faults.end()) {
            edit.patches.push_back({.id = rows[i].problem.id,
                                    .set = finding("gold_fault", "", 1.0, fault->second->message)});
        } else if (rows[i].status == data::RowStatus::kNew) {
            edit.patches.push_back({.id = rows[i].problem.id, .set = {{"status", "ok"}}});
        }
    }
    return edit;
}

Edit duplicate_edit(const std::string& dataset, const Rows& rows, const DuplicateReport& report) {
    Edit edit = patch_edit(dataset, "Mark duplicates");
    const auto nearest = nearest_earlier(report);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t cluster = report.cluster[i];
        if (cluster == static_cast<std::int64_t>(i)) continue;
        const auto pair = nearest.find(static_cast<std::int64_t>(i));
        const bool listed = pair != nearest.end();
        const std::int64_t other = listed ? pair->second->first : cluster;
        const bool exact = listed && pair->second->exact;
        edit.patches.push_back(
            {.id = rows[i].problem.id,
             .set = finding(exact ? "exact_duplicate" : "near_duplicate",
                            rows[static_cast<std::size_t>(other)].problem.id,
                            listed ? pair->second->similarity : 0.0,
                            exact ? "the same question" : "nearly the same question")});
    }
    return edit;
}

Edit contamination_edit(const std::string& dataset,
                        const Rows& rows,
                        const std::vector<Contamination>& found,
                        const std::string& against,
                        const std::vector<std::string>& against_ids) {
    Edit edit = patch_edit(dataset, "Mark rows that an evaluation set shares");
    for (const Contamination& hit : found) {
        edit.patches.push_back(
            {.id = rows[static_cast<std::size_t>(hit.row)].problem.id,
             .set = finding("contamination",
                            against + "/" + against_ids[static_cast<std::size_t>(hit.against)],
                            static_cast<double>(hit.count),
                            "shares: " + hit.shared)});
    }
    return edit;
}

Edit flag_edit(const std::string& dataset, const Rows& rows, const FlagReport& report) {
    Edit edit = patch_edit(dataset, "Tag kinds of questions");
    std::map<std::int64_t, Json> sets;
    for (const auto& [name, list] : report.rows_with) {
        for (const std::int64_t row : list) sets[row]["add_tags"].push_back(name);
    }
    for (const auto& [code, list] : report.rows_in_language) {
        for (const std::int64_t row : list) {
            if (!code.empty() && rows[static_cast<std::size_t>(row)].lang.empty())
                sets[row]["lang"] = code;
        }
    }
    for (auto& [row, set] : sets)
        edit.patches.push_back(
            {.id = rows[static_cast<std::size_t>(row)].problem.id, .set = std::move(set)});
    return edit;
}

Edit difficulty_edit(const std::string& dataset,
                     const Rows& rows,
                     const DifficultyReport& report,
                     double low,
                     double high) {
    Edit edit = patch_edit(dataset, "Tag by difficulty");
    std::unordered_map<std::string, const data::DatasetRow*> by_id;
    for (const data::DatasetRow& row : rows) by_id.emplace(row.problem.id, &row);
    for (const PassRate& rate : report.problems) {
        const auto row = by_id.find(rate.problem_id);
        if (rate.samples == 0 || row == by_id.end()) continue;
        std::set<std::string> tags = {std::string(kBinTags[static_cast<std::size_t>(rate.bin)])};
        if (rate.rate < low) tags.insert("too_hard");
        if (rate.rate > high) tags.insert("too_easy");
        Json remove = Json::array();
        for (const std::string& tag : row->second->tags) {
            const bool ours = tag == "too_hard" || tag == "too_easy" ||
                              std::ranges::find(kBinTags, tag) != kBinTags.end();
            if (ours && !tags.contains(tag)) remove.push_back(tag);
        }
        Json set = {{"add_tags", tags}};
        if (!remove.empty()) set["remove_tags"] = std::move(remove);
        edit.patches.push_back({.id = rate.problem_id, .set = std::move(set)});
    }
    return edit;
}

Edit suspect_edit(const std::string& dataset, const std::vector<PassRate>& suspects) {
    Edit edit = patch_edit(dataset, "Mark golds that may be wrong");
    for (const PassRate& rate : suspects) {
        edit.patches.push_back(
            {.id = rate.problem_id,
             .set = finding("suspect_gold",
                            "",
                            rate.common_wrong_share,
                            "no sample is right and most say: " + rate.common_wrong)});
    }
    return edit;
}

Edit split_edit(const std::string& dataset, const Rows& rows, const SplitReport& report) {
    Edit edit = patch_edit(dataset, "Split by clusters");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].problem.split == report.split[i]) continue;
        edit.patches.push_back(
            {.id = rows[i].problem.id, .set = {{"split", data::split_name(report.split[i])}}});
    }
    return edit;
}

Edit privacy_edit(const std::string& dataset, const Rows& rows, const PrivacyReport& report) {
    Edit edit = patch_edit(dataset, "Mark personal data");
    std::map<std::int64_t, std::set<std::string>> notes;
    for (const PrivatePlace& place : report.places) {
        notes[place.row].insert(std::string(private_kind_name(place.find.kind)) + " in " +
                                place.field);
    }
    for (const auto& [row, kinds] : notes) {
        std::string note;
        for (const std::string& kind : kinds) note += (note.empty() ? "" : ", ") + kind;
        edit.patches.push_back({.id = rows[static_cast<std::size_t>(row)].problem.id,
                                .set = finding("privacy", "", 1.0, note)});
    }
    return edit;
}

Edit pseudonym_edit(const std::string& dataset,
                    const Rows& rows,
                    const std::vector<PseudonymisedRow>& changed) {
    Edit edit = patch_edit(dataset, "Replace personal data by stand-ins");
    for (const PseudonymisedRow& row : changed) {
        const data::Problem& before = rows[static_cast<std::size_t>(row.row)].problem;
        const Json old_json = data::problem_to_json(before);
        const Json new_json = data::problem_to_json(row.problem);
        Json set = Json::object();
        for (const char* key : {"prompt", "messages", "solution", "gold"}) {
            if (new_json.contains(key) && new_json[key] != old_json.value(key, Json()))
                set[key] = new_json[key];
        }
        if (!set.empty()) edit.patches.push_back({.id = before.id, .set = std::move(set)});
    }
    return edit;
}

}  // namespace veritune::curate
