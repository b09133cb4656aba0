// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

namespace veritune::verify {

/// Western Easter Sunday. source  the anonymous Gregorian algorithm (Nature, 20 April 1876)
std::chrono::sys_days easter_sunday(std::chrono::year year);

/// Holiday calendars, computed by rule:
///   NONE        no holidays
///   US_FEDERAL  5 U.S.C. 6103 with the observed days (Saturday: the Friday before; Sunday: the
///               Monday after); Juneteenth from 2021, Martin Luther King's day from 1986
///   DE          the nine holidays of all German states (bundeseinheitlich), Unity Day from 1990
/// Version 1 of each; a change of a rule is a new version.
bool is_calendar(std::string_view id, int version);
bool is_holiday(std::string_view id, std::chrono::sys_days day);

}  // namespace veritune::verify
