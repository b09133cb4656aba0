// SPDX-License-Identifier: Apache-2.0
#include "core/generate/draft.h"

#include <algorithm>
#include <utility>

namespace veritune::generate {

namespace {

std::string filled(std::string_view form,
                   std::initializer_list<Text> parts,
                   std::string Text::*language) {
    std::string out;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool place =
            form[i] == '%' && i + 1 < form.size() && form[i + 1] >= '1' && form[i + 1] <= '9';
        if (!place) {
            out += form[i];
            continue;
        }
        const auto which = static_cast<std::size_t>(form[++i] - '1');
        VT_CHECK(which < parts.size());
        out += (parts.begin() + which)->*language;
    }
    return out;
}

}  // namespace

Text say(std::string_view en, std::string_view de, std::initializer_list<Text> parts) {
    return {filled(en, parts, &Text::en), filled(de, parts, &Text::de)};
}

Text enumerate(const std::vector<Text>& parts) {
    VT_CHECK(!parts.empty());
    Text out = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        out += i + 1 == parts.size() ? Text(" and ", " und ") : Text(", ");
        out += parts[i];
    }
    return out;
}

Text numbered(const std::vector<Text>& lines) {
    Text out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += Text(i + 1) + ". " + lines[i] + "\n";
    }
    return out;
}

Text decimal(const std::string& number) {
    std::string german = number;
    std::replace(german.begin(), german.end(), '.', ',');
    return {number, german};
}

Text ask_box() {
    return {" Put the final answer in \\boxed{}.",
            " Schreibe die endgültige Antwort in \\boxed{}."};
}

Text ask_box(const Text& what) {
    return say(" Put %1 in \\boxed{}.", " Schreibe %1 in \\boxed{}.", {what});
}

Text ask_json(const std::string& example) {
    return say(" Put the answer in \\boxed{} as JSON like %1.",
               " Schreibe die Antwort als JSON wie %1 in \\boxed{}.",
               {example});
}

void wrong_texts(Draft& draft, const std::string& gold, const std::vector<std::string>& likely) {
    for (const std::string& text : likely) {
        const bool known =
            std::find(draft.wrong.begin(), draft.wrong.end(), text) != draft.wrong.end();
        if (text != gold && !known && draft.wrong.size() < 5) draft.wrong.push_back(text);
    }
}

void wrong_integers(Draft& draft, long gold, const std::vector<long>& likely) {
    std::vector<std::string> texts;
    for (const long value : likely) texts.push_back(std::to_string(value));
    wrong_texts(draft, std::to_string(gold), texts);
    for (const long by : {1L, -1L, 2L, 10L}) {
        if (draft.wrong.size() < 3) {
            wrong_texts(draft, std::to_string(gold), {std::to_string(gold + by)});
        }
    }
}

std::string joined(const std::vector<long>& numbers, std::string_view between) {
    std::string out;
    for (const long number : numbers) {
        if (!out.empty()) out += between;
        out += std::to_string(number);
    }
    return out;
}

void gold_list(Draft& draft, const std::vector<long>& gold) {
    draft.verifier = "list";
    draft.gold = gold;
    draft.params = {{"element", {{"verifier", "integer"}}}};
}

void wrong_lists(Draft& draft,
                 const std::vector<long>& gold,
                 const std::vector<std::vector<long>>& likely) {
    std::vector<std::string> texts;
    for (const std::vector<long>& list : likely) texts.push_back(joined(list));
    for (std::size_t i = 0; i + 1 < gold.size() && texts.size() < 5; ++i) {
        std::vector<long> swapped = gold;
        std::swap(swapped[i], swapped[i + 1]);
        texts.push_back(joined(swapped));
    }
    std::vector<long> changed = gold;
    changed.back() += 1;
    texts.push_back(joined(changed));
    changed.front() -= 2;
    texts.push_back(joined(changed));
    changed = gold;
    changed.push_back(gold.front());
    texts.push_back(joined(changed));
    wrong_texts(draft, joined(gold), texts);
}

}  // namespace veritune::generate
