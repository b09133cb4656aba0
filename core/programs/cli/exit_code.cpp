// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/exit_code.h"

namespace veritune::cli {

int exit_code_for(util::ErrorCode code) {
    using enum util::ErrorCode;
    switch (code) {
        case kInvalidArgument:
            return kExitUsage;
        case kNotFound:
        case kAlreadyExists:
        case kCorruptData:
        case kUnsupported:
        case kBusy:
        case kInternal:
            return kExitFailed;
        case kPermissionDenied:
        case kDiskFull:
        case kIoError:
        case kOutOfMemory:
        case kUnavailable:
            return kExitEnvironment;
        case kCancelled:
            return kExitInterrupted;
    }
    return kExitFailed;
}

}  // namespace veritune::cli
