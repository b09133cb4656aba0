// SPDX-License-Identifier: Apache-2.0
#include "core/util/version.h"

#include "veritune_build_info.h"

namespace veritune::util {

std::string_view program_version() { return VERITUNE_VERSION; }

std::string_view program_commit() { return VERITUNE_COMMIT; }

}  // namespace veritune::util
