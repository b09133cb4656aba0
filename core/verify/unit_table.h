// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/units.h"

#include <optional>
#include <string_view>

namespace veritune::verify {

/// One name of a unit, with an SI prefix where the unit takes one: symbols as they are written
/// ("mmHg", "kPa"), words in any case and number ("Kilograms", "Stunden"). nullopt: unknown
std::optional<Unit> find_unit(std::string_view name);

}  // namespace veritune::verify
