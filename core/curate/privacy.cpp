// SPDX-License-Identifier: Apache-2.0
// Private data in a whole set, and stand-ins for it. The forms: privacy_scan.cpp.
#include "core/curate/privacy.h"

#include "core/curate/words.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace veritune::curate {
namespace {

struct Field {
    std::string name;
    std::string* text = nullptr;
};

/// The texts of a problem that a person wrote.
std::vector<Field> fields_of(data::Problem& problem) {
    std::vector<Field> fields;
    if (!problem.prompt.empty()) fields.push_back({"prompt", &problem.prompt});
    for (std::size_t i = 0; i < problem.messages.size(); ++i)
        fields.push_back({"messages/" + std::to_string(i), &problem.messages[i].content});
    if (!problem.solution.empty()) fields.push_back({"solution", &problem.solution});
    if (problem.gold.is_string())
        fields.push_back({"gold", problem.gold.get_ptr<util::Json::string_t*>()});
    return fields;
}

std::string_view last_word(std::string_view name) {
    const std::size_t space = name.find_last_of(" -");
    return space == std::string_view::npos ? name : name.substr(space + 1);
}

bool is_edge(std::string_view text, std::size_t at) {
    if (at >= text.size()) return true;
    const auto c = static_cast<unsigned char>(text[at]);
    return c < 0x80 &&
           !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
}

/// Where a surname stands alone: "Muster" after "Erika Muster" was found.
void add_surname(std::string_view text, std::string_view surname, std::vector<PrivateFind>& finds) {
    for (std::size_t at = text.find(surname); at != std::string_view::npos;
         at = text.find(surname, at + 1)) {
        const std::size_t end = at + surname.size();
        if ((at > 0 && !is_edge(text, at - 1)) || !is_edge(text, end)) continue;
        const bool taken = std::ranges::any_of(
            finds, [&](const PrivateFind& f) { return at < f.span.end && f.span.begin < end; });
        if (!taken)
            finds.push_back(
                {.kind = PrivateKind::kName, .span = {at, end}, .text = std::string(surname)});
    }
}

std::string spelling_key(PrivateKind kind, std::string_view value) {
    std::string key;
    for (const char c : lower_case(value)) {
        const bool blank = c == ' ' || c == '\t' || c == '\n';
        if (blank && kind != PrivateKind::kName) continue;
        if (kind == PrivateKind::kPhone && !(c >= '0' && c <= '9') && c != '+') continue;
        key += blank ? ' ' : c;
    }
    return key;
}

std::vector<PrivatePlace> scan_row(const data::Problem& problem, std::int64_t row) {
    data::Problem copy = problem;
    const std::vector<Field> fields = fields_of(copy);
    std::vector<std::vector<PrivateFind>> finds;
    std::set<std::string> surnames;
    for (const Field& field : fields) {
        finds.push_back(find_private(*field.text));
        for (const PrivateFind& f : finds.back()) {
            const std::string_view surname = last_word(f.text);
            const bool full = f.kind == PrivateKind::kName && surname.size() >= 3;
            if (full) surnames.emplace(surname);
        }
    }
    std::vector<PrivatePlace> places;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        for (const std::string& surname : surnames) add_surname(*fields[i].text, surname, finds[i]);
        std::ranges::sort(finds[i], {}, [](const PrivateFind& f) { return f.span.begin; });
        for (PrivateFind& find : finds[i])
            places.push_back({.row = row, .field = fields[i].name, .find = std::move(find)});
    }
    return places;
}

}  // namespace

std::string_view private_kind_name(PrivateKind kind) {
    switch (kind) {
        case PrivateKind::kName:
            return "name";
        case PrivateKind::kBirthDate:
            return "birth_date";
        case PrivateKind::kPhone:
            return "phone";
        case PrivateKind::kMail:
            return "mail";
        case PrivateKind::kIban:
            return "iban";
        case PrivateKind::kRecordNumber:
            return "record_number";
    }
    return "";
}

util::Result<PrivacyReport> scan_privacy(const std::vector<data::Problem>& problems,
                                         const Watch& watch) {
    PrivacyReport report;
    for (std::size_t i = 0; i < problems.size(); ++i) {
        if (i % 16 == 0)
            VT_TRY(watch.at(static_cast<double>(i) / static_cast<double>(problems.size())));
        std::vector<PrivatePlace> places = scan_row(problems[i], static_cast<std::int64_t>(i));
        std::set<std::string_view> kinds;
        for (const PrivatePlace& place : places) kinds.insert(private_kind_name(place.find.kind));
        for (const std::string_view kind : kinds) ++report.rows_by_kind[std::string(kind)];
        report.rows += places.empty() ? 0 : 1;
        std::ranges::move(places, std::back_inserter(report.places));
    }
    VT_TRY(watch.at(1.0));
    return report;
}

const std::string& Pseudonyms::stand_in(PrivateKind kind, std::string_view value) {
    const auto [at, fresh] = known_.try_emplace({kind, spelling_key(kind, value)});
    if (!fresh) return at->second;
    std::string label(private_kind_name(kind));
    std::ranges::transform(label, label.begin(), [](char c) {
        return c == '_' ? '-' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    });
    at->second = "[" + label + "-" + std::to_string(++counts_[kind]) + "]";
    table_.emplace(at->second, std::string(value));
    // The surname alone means the same person, unless it was met before.
    if (kind == PrivateKind::kName && last_word(value) != value)
        known_.try_emplace({kind, spelling_key(kind, last_word(value))}, at->second);
    return at->second;
}

std::string Pseudonyms::replace(std::string_view text, const std::vector<PrivateFind>& finds) {
    std::string out;
    std::size_t at = 0;
    for (const PrivateFind& find : finds) {
        out += text.substr(at, find.span.begin - at);
        out += stand_in(find.kind, find.text);
        at = find.span.end;
    }
    return out += text.substr(at);
}

std::vector<PseudonymisedRow> pseudonymise(const std::vector<data::Problem>& problems,
                                           const PrivacyReport& report,
                                           Pseudonyms& pseudonyms) {
    std::vector<PseudonymisedRow> changed;
    for (std::size_t begin = 0; begin < report.places.size();) {
        const std::int64_t row = report.places[begin].row;
        std::size_t end = begin;
        while (end < report.places.size() && report.places[end].row == row) ++end;
        PseudonymisedRow next{.row = row, .problem = problems[static_cast<std::size_t>(row)]};
        for (const Field& field : fields_of(next.problem)) {
            std::vector<PrivateFind> finds;
            for (std::size_t i = begin; i < end; ++i) {
                if (report.places[i].field == field.name) finds.push_back(report.places[i].find);
            }
            *field.text = pseudonyms.replace(*field.text, finds);
        }
        changed.push_back(std::move(next));
        begin = end;
    }
    return changed;
}

}  // namespace veritune::curate
