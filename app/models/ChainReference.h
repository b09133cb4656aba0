// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/Route.h"
#include "core/store/records.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace veritune::app {

/// A chain as text that can be mailed and pasted into the palette of a window with the same
/// project: "veritune:chain/RUN/STAGE/STEP/PURPOSE/PROBLEM/SAMPLE", percent-encoded. It names the
/// place, not the row, so it still holds when the step is recorded again.
struct ChainReference {
    std::int64_t run = 0;
    store::ChainKey key;
    bool operator==(const ChainReference&) const = default;
};
/// test  chain_words_test.cpp
QString chainReferenceText(const ChainReference& reference);
/// nullopt for anything else; spaces around it do not matter.
std::optional<ChainReference> chainReferenceOf(const QString& text);
Route routeTo(const ChainReference& reference);

}  // namespace veritune::app
