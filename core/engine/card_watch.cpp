// SPDX-License-Identifier: Apache-2.0
#include "core/engine/card_watch.h"

namespace veritune::engine {
namespace {

int gravity(const XidFault& fault) {
    if (fault.first == FaultAction::kStop) return 3;
    return fault.any_program ? 1 : 2;
}

}  // namespace

std::string xid_words(const XidFault& fault) {
    return std::string(fault.words) + " (Xid " + std::to_string(fault.xid) + ")";
}

void CardWatch::heard(int xid, std::int64_t monotonic_us) {
    const std::optional<XidFault> fault = xid_fault(xid);
    if (!fault || (fault_ && gravity(*fault_) > gravity(*fault))) return;
    fault_ = fault;
    heard_us_ = monotonic_us;
}

std::optional<EngineExit> CardWatch::verdict(const std::string& work_failed,
                                             std::int64_t monotonic_us) const {
    const bool failed = !work_failed.empty();
    const bool explains =
        fault_ && (!fault_->any_program || (failed && monotonic_us - heard_us_ <= kExplainsUs));
    if (!explains) {
        if (!failed) return std::nullopt;
        return EngineExit{.code = kExitRestart, .reason = work_failed};
    }
    std::string reason = xid_words(*fault_);
    if (failed) reason += ", seen as: " + work_failed;
    reason += "; " + std::string(fault_->next_step);
    return EngineExit{.code = fault_->first == FaultAction::kStop ? kExitCard : kExitRestart,
                      .reason = std::move(reason),
                      .xid = fault_->xid};
}

}  // namespace veritune::engine
