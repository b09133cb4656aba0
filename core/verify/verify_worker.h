// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/verifier.h"

#include <string>
#include <string_view>

/// `veritune verify --worker`: the process in which parsers, CAS and solvers meet a model's text.
/// A frame is u32 length (little-endian) and JSON. In: {"request": ..., "results": [...]}; out:
/// {"verdict": ...} or {"job": ...}, a program that has to run first and whose result comes back in
/// `results` of the next frame. Stateless between frames.
namespace veritune::verify {

inline constexpr std::size_t kMaxWorkerFrame = std::size_t{32} << 20;

/// A completion that is no UTF-8 travels as "completion_hex".
util::Json request_to_json(const VerifyRequest& request);
/// errors  kCorruptData naming the key
util::Result<VerifyRequest> request_from_json(const util::Json& json);

/// What a worker answers to a frame: never empty, whatever the frame holds. A frame that is none of
/// ours gets an internal_error.
std::string worker_reply(std::string_view frame);
/// The inverse. errors  kCorruptData
util::Result<Advance> read_worker_reply(std::string_view reply);
std::string worker_request(const VerifyRequest& request, const std::vector<ProgramResult>& results);

/// Answers frames until the end of the stream; sets its own limits first (1 GiB, no files).
/// returns the exit code
int run_verify_worker(int in_fd, int out_fd);

}  // namespace veritune::verify
