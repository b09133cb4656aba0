// SPDX-License-Identifier: Apache-2.0
// run.json: an accepted recipe is complete, and written and read again it is the same.
#include "core/train/recipe.h"
#include "core/util/json.h"
#include "tests/fuzz/fuzz_target.h"

VT_FUZZ_TARGET(recipe) {
    using namespace veritune;
    const auto json = util::parse_json(input, "run.json", {.max_bytes = 1 << 20});
    if (!json) return;
    const auto recipe = train::recipe_from_json(*json);
    if (!recipe) {
        fuzz::require(!recipe.error().message.empty(), "a refusal says why");
        return;
    }
    const auto again = train::recipe_from_json(train::recipe_to_json(*recipe));
    fuzz::require(again.has_value(), "a recipe we wrote can be read");
    fuzz::require(train::recipe_hash(*again) == train::recipe_hash(*recipe), "and is the same");
}
