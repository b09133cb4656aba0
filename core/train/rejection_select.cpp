// SPDX-License-Identifier: Apache-2.0
#include "core/train/rejection_select.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace veritune::train {
namespace {

std::set<std::string> trigrams(const std::string& text) {
    std::set<std::string> grams;
    for (std::size_t i = 0; i + 3 <= text.size(); ++i) grams.insert(text.substr(i, 3));
    if (grams.empty()) grams.insert(text);
    return grams;
}

double distance(const std::set<std::string>& a, const std::set<std::string>& b) {
    std::size_t common = 0;
    for (const std::string& gram : a) common += b.count(gram);
    return 1.0 - static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string normalise_chain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (!is_space(c)) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string path_key(std::string_view text) {
    std::set<std::string> equations;
    std::string piece;
    const auto close = [&] {
        if (piece.find('=') != std::string::npos) equations.insert(piece);
        piece.clear();
    };
    for (const char c : text) {
        if (c == ';' || c == ',' || c == '\n') {
            close();
        } else if (!is_space(c)) {
            piece += c;
        }
    }
    close();
    if (equations.empty()) return normalise_chain(text);
    std::string key;
    for (const std::string& equation : equations) key += equation + ";";
    return key;
}

Selection select_chains(const std::vector<Candidate>& candidates, std::int64_t most) {
    Selection selection;
    std::vector<const Candidate*> left;
    std::set<std::string> keys;
    std::set<std::string> texts;
    for (const Candidate& candidate : candidates) {
        const bool new_text = texts.insert(normalise_chain(candidate.text)).second;
        const bool new_path = keys.insert(path_key(candidate.text)).second;
        if (new_text && new_path) {
            left.push_back(&candidate);
        } else {
            ++selection.duplicates;
        }
    }
    // Equal lengths in the order of their text: the choice must not depend on the order of
    // sampling.
    std::ranges::stable_sort(left, [](const Candidate* a, const Candidate* b) {
        return a->tokens != b->tokens ? a->tokens < b->tokens : a->text < b->text;
    });
    std::vector<std::set<std::string>> taken;
    while (!left.empty() && static_cast<std::int64_t>(selection.samples.size()) < most) {
        std::size_t best = 0;
        double best_distance = -1.0;
        for (std::size_t i = 0; i < left.size(); ++i) {
            const std::set<std::string> grams = trigrams(normalise_chain(left[i]->text));
            double nearest = 2.0;
            for (const auto& other : taken) nearest = std::min(nearest, distance(grams, other));
            if (nearest > best_distance) {
                best_distance = nearest;
                best = i;
            }
        }
        taken.push_back(trigrams(normalise_chain(left[best]->text)));
        selection.samples.push_back(left[best]->sample);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    }
    std::ranges::sort(selection.samples);
    return selection;
}

}  // namespace veritune::train
