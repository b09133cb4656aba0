// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace veritune::util {

/// What kind of thing went wrong. A client decides by the code, a person reads the message.
enum class ErrorCode {
    kInvalidArgument,   ///< a value from outside is malformed or out of range (recipe, option,
                        ///< request)
    kNotFound,          ///< a named thing (file, run, verifier, tensor) is not there
    kAlreadyExists,     ///< a name is taken
    kCorruptData,       ///< a file or row contradicts its own format
    kUnsupported,       ///< well-formed, but nothing we can work with (architecture, version)
    kPermissionDenied,  ///< the operating system or our own rules refuse
    kDiskFull,          ///< ENOSPC or EDQUOT
    kIoError,           ///< any other failure of the file system or the database
    kOutOfMemory,       ///< memory that is really gone
    kBusy,              ///< somebody else holds the lock or the run
    kUnavailable,       ///< engine, device or sandbox does not answer
    kCancelled,         ///< a person stopped it
    kInternal,          ///< our bug, caught at a seam
};

/// "invalid_argument" and so on: the name that the protocol and --json use.
std::string_view error_code_name(ErrorCode code);
/// The inverse; nullopt for an unknown name.
std::optional<ErrorCode> error_code_from_name(std::string_view name);

/// message: one English sentence, without user content: what failed on which thing, and the next
/// step. context: where it was met (a path, a key, "line 12"); may be empty.
struct Error {
    ErrorCode code = ErrorCode::kInternal;
    std::string message;
    std::string context;
};

/// "message (context)".
std::string to_string(const Error& error);

/// An invariant of ours, never input. A failure prints the place and aborts.
#define VT_CHECK(cond)                                                                       \
    do {                                                                                     \
        if (!(cond)) {                                                                       \
            std::fprintf(stderr, "%s:%d: VT_CHECK(%s) failed\n", __FILE__, __LINE__, #cond); \
            std::abort();                                                                    \
        }                                                                                    \
    } while (false)

/// A value or an Error; a subset of std::expected's API. Reading the wrong half is a bug and
/// aborts.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {
    }                    // NOLINT(google-explicit-constructor)
    Result(Error error)  // NOLINT(google-explicit-constructor)
        : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }
    T& value() & { return check(), std::get<0>(state_); }
    const T& value() const& { return check(), std::get<0>(state_); }
    /// By value, so that `for (x : f().value())` cannot look into a dead temporary.
    T value() && { return check(), std::get<0>(std::move(state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const {
        VT_CHECK(!has_value());
        return std::get<1>(state_);
    }
    T value_or(T other) const& { return has_value() ? std::get<0>(state_) : std::move(other); }

  private:
    void check() const {
        if (!has_value()) {
            std::fprintf(
                stderr, "Result without a value: %s\n", to_string(std::get<1>(state_)).c_str());
            std::abort();
        }
    }
    std::variant<T, Error> state_;
};

/// Success without a value.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error)
        : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
    bool has_value() const { return !error_.has_value(); }
    explicit operator bool() const { return has_value(); }
    const Error& error() const {
        VT_CHECK(error_.has_value());
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

using Status = Result<void>;

/// Makes an Error: fail(ErrorCode::kNotFound, "run 7 does not exist; list them with `veritune runs
/// list`").
inline Error fail(ErrorCode code, std::string message, std::string context = {}) {
    return Error{code, std::move(message), std::move(context)};
}

#define VT_CONCAT_INNER(a, b) a##b
#define VT_CONCAT(a, b) VT_CONCAT_INNER(a, b)
/// VT_TRY(expr): returns the error of a Status or Result from the surrounding function.
#define VT_TRY(expr)                                          \
    do {                                                      \
        auto vt_status = (expr);                              \
        if (!vt_status.has_value()) return vt_status.error(); \
    } while (false)
/// VT_ASSIGN(auto x, expr): x = value of expr, or returns its error.
#define VT_ASSIGN(decl, expr) VT_ASSIGN_INNER(VT_CONCAT(vt_result_, __LINE__), decl, expr)
#define VT_ASSIGN_INNER(name, decl, expr)       \
    auto name = (expr);                         \
    if (!name.has_value()) return name.error(); \
    decl = std::move(name).value()

}  // namespace veritune::util
