// SPDX-License-Identifier: Apache-2.0
#include "core/data/import.h"

#include <algorithm>
#include <array>

namespace veritune::data {

namespace {

constexpr std::array<ImportNoteKind, 11> kKinds = {{
    {"cp1252",
     "the file is not UTF-8 and is read as Windows-1252; look whether umlauts and the euro sign are"
     " right in the preview"},
    {"mixed_encoding",
     "the file mixes UTF-8 with another encoding; the rows concerned are errors. Save it anew as"
     " UTF-8, or choose one encoding for all of it"},
    {"mixed_rows", "some rows are not UTF-8; save the file anew as UTF-8"},
    {"gold_column_empty",
     "column `{column}`, taken for the answers, is empty or missing; choose the right column"},
    {"gold_column_prose",
     "column `{column}` is taken for the answers, but holds long texts; column `{better}` looks"
     " like the answers: map gold to it"},
    {"gold_column_solution",
     "the answers in column `{column}` are longer than the questions; a verifier compares short"
     " answers. Is this the worked solution?"},
    {"decimal_comma",
     "numbers are read with a decimal comma (1.234,5); choose the decimal point if that is wrong"},
    {"bad_characters",
     "some characters do not exist in this encoding and are shown as \xEF\xBF\xBD; choose another"
     " encoding"},
    {"formula",
     "cells hold formulas instead of values; save the sheet with values (copy, paste special:"
     " values)"},
    {"template",
     "the prompt template names columns that some rows do not have; their places stay empty"},
    {"licence",
     "the licence ({licence}) restricts passing these rows on; an export will ask about it"},
}};

}  // namespace

std::span<const ImportNoteKind> import_note_kinds() { return kKinds; }

std::string import_note_text(const ImportNote& note) {
    const auto kind = std::find_if(
        kKinds.begin(), kKinds.end(), [&](const ImportNoteKind& k) { return k.code == note.kind; });
    std::string text(kind == kKinds.end() ? note.kind : kind->text);
    for (const auto& [name, value] : note.args) {
        const std::string place = "{" + name + "}";
        const std::size_t at = text.find(place);
        if (at != std::string::npos) text.replace(at, place.size(), value);
    }
    return text;
}

}  // namespace veritune::data
