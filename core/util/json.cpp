// SPDX-License-Identifier: Apache-2.0
#include "core/util/json.h"

#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace veritune::util {

namespace {

/// Walks over text and tells how far it came, so that our own refusals carry an offset too.
class CountingIterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, std::size_t* count)
        : at_(at),
          count_(count) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        ++at_;
        ++*count_;
        return *this;
    }
    CountingIterator operator++(int) {
        const CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

  private:
    const char* at_;
    std::size_t* count_;
};

/// Builds the value while it checks what nlohmann's own builder lets pass: duplicate keys, depth,
/// number of nodes, integers that would silently become doubles. Stops at the first fault.
class StrictBuilder final : public nlohmann::json_sax<Json> {
  public:
    explicit StrictBuilder(const JsonLimits& limits)
        : limits_(limits) {}

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    /// The library writes the locale's decimal mark into `text` and reads it with strtod, so both
    /// would depend on a setlocale() of the program (Qt calls it).
    bool number_float(number_float_t, const string_t& text) override {
        std::string plain = text;
        const std::size_t mark = plain.find_first_not_of("+-0123456789eE");
        if (mark != std::string::npos) plain[mark] = '.';
        if (plain.find_first_of(".eE") == std::string::npos) {
            return refuse("holds a whole number beyond 64 bits");
        }
        double value = 0.0;
        const char* const end = plain.data() + plain.size();
        const auto [stop, error] = std::from_chars(plain.data(), end, value);
        // The library has refused what is too large; too small is 0.
        if (error == std::errc::result_out_of_range) return add(0.0);
        return stop == end && error == std::errc() ? add(value) : refuse("holds a bad number");
    }
    bool string(string_t& value) override { return add(std::move(value)); }
    bool binary(binary_t&) override { return refuse("holds binary data"); }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        auto [entry, is_new] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
        if (!is_new) return refuse("has a key twice in one object");
        slot_ = &entry->second;
        return true;
    }

    bool parse_error(std::size_t position,
                     const std::string&,
                     const nlohmann::detail::exception& error) override {
        // The library's text quotes the input, which may be somebody's data: only its kind is
        // passed on.
        constexpr int kNumberOverflow = 406;
        position_ = position;
        return refuse(error.id == kNumberOverflow ? "holds a number too large for a double"
                                                  : "is not valid JSON in UTF-8");
    }

    Json take() { return std::move(root_); }
    const std::string& fault() const { return fault_; }
    /// Byte of a syntax error; nullopt when the fault is one of our own rules.
    std::optional<std::size_t> position() const { return position_; }

  private:
    bool refuse(std::string fault) {
        fault_ = std::move(fault);
        return false;
    }

    bool add(Json value) { return place(std::move(value)) != nullptr; }

    Json* place(Json value) {
        if (++nodes_ > limits_.max_nodes) {
            refuse("holds more than " + std::to_string(limits_.max_nodes) + " values");
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (open_.back()->is_array()) {
            auto& items = open_.back()->get_ref<Json::array_t&>();
            items.push_back(std::move(value));
            return &items.back();
        }
        *slot_ = std::move(value);
        return slot_;
    }

    bool open(Json container) {
        if (static_cast<int>(open_.size()) >= limits_.max_depth) {
            return refuse("is nested deeper than " + std::to_string(limits_.max_depth));
        }
        Json* placed = place(std::move(container));
        if (placed == nullptr) return false;
        open_.push_back(placed);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    const JsonLimits& limits_;
    Json root_;
    std::vector<Json*>
        open_;  // a container grows only while it is the last, so the pointers stay good
    Json* slot_ = nullptr;
    std::size_t nodes_ = 0;
    std::string fault_;
    std::optional<std::size_t> position_;
};

Error wrong_value(std::string_view what, std::string_view key, std::string_view expected) {
    std::string message(what);
    message.append(": ").append(key).append(" must be ").append(expected);
    return fail(ErrorCode::kInvalidArgument, std::move(message));
}

const Json* find_key(const Json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(std::string(key));
    return found == object.end() ? nullptr : &*found;
}

std::string range_text(std::int64_t min, std::int64_t max) {
    if (max == std::numeric_limits<std::int64_t>::max()) {
        return "a whole number >= " + std::to_string(min);
    }
    return "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes) {
        return fail(
            ErrorCode::kCorruptData,
            std::string(what) + " is larger than " + std::to_string(limits.max_bytes) + " bytes",
            "byte " + std::to_string(limits.max_bytes));
    }
    std::size_t count = 0;
    StrictBuilder builder(limits);
    const bool good = Json::sax_parse(CountingIterator(text.data(), &count),
                                      CountingIterator(text.data() + text.size(), &count),
                                      &builder);
    if (good) return builder.take();
    return fail(ErrorCode::kCorruptData,
                std::string(what) + " " + builder.fault(),
                "byte " + std::to_string(builder.position().value_or(count)));
}

std::string canonical_json(const Json& value) {
    // `replace` so that a string with broken UTF-8 cannot throw out of here.
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::int64_t> json_int(const Json& object,
                              std::string_view key,
                              std::string_view what,
                              std::int64_t min,
                              std::int64_t max) {
    const Json* value = find_key(object, key);
    const Error wrong = wrong_value(what, key, range_text(min, max));
    if (value == nullptr || !value->is_number_integer()) return wrong;
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return wrong;
    }
    const auto number = value->get<std::int64_t>();
    if (number < min || number > max) return wrong;
    return number;
}

Result<double> json_number(const Json& object, std::string_view key, std::string_view what) {
    const Json* value = find_key(object, key);
    if (value == nullptr || !value->is_number() || !std::isfinite(value->get<double>())) {
        return wrong_value(what, key, "a number");
    }
    return value->get<double>();
}

Result<std::string> json_string(const Json& object, std::string_view key, std::string_view what) {
    const Json* value = find_key(object, key);
    if (value == nullptr || !value->is_string()) return wrong_value(what, key, "a text");
    return value->get<std::string>();
}

}  // namespace veritune::util
