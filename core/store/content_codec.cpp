// SPDX-License-Identifier: Apache-2.0
#include "core/store/content_codec.h"

namespace veritune::store {

namespace {

constexpr char kPlainFlag = '\0';

}  // namespace

util::Result<std::string> PlainCodec::encode(std::string_view bytes, const ContentId&) const {
    std::string stored;
    stored.reserve(bytes.size() + 1);
    stored += kPlainFlag;
    return stored.append(bytes);
}

util::Result<std::string> PlainCodec::decode(std::string_view stored, const ContentId& id) const {
    std::string context(id.table);
    context.append(".").append(id.column).append(" of row ").append(std::to_string(id.row));
    if (stored.empty()) {
        return util::fail(
            util::ErrorCode::kCorruptData, "a stored text lacks its flag byte", context);
    }
    if (stored.front() != kPlainFlag) {
        return util::fail(util::ErrorCode::kUnsupported,
                          "a stored text is compressed or sealed, which this version cannot read",
                          context);
    }
    return std::string(stored.substr(1));
}

}  // namespace veritune::store
