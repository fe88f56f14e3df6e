// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/rpc/error.hpp"
#include "control/rpc/limits.hpp"

#include <lockstep/json.hpp>

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The outermost form of JSON-RPC 2.0: a line of text becomes requests and refusals, and answers
/// become lines. Nothing here knows which methods there are, and nothing here throws because of
/// what a client sent.

namespace lockstep {

/// A well-formed request. Whether the method exists and the params suit it is checked later.
struct rpc_request {
  std::optional<json> id; ///< a string, a number or null; none: a notification, never answered
  std::string method;
  json params; ///< an object or an array; an empty object if the client gave none
};

/// What a line holds, one entry for each request: the request, or the error that answers it (its
/// id is null, as JSON-RPC asks).
using envelope_entry = tl::expected<rpc_request, rpc_error>;

struct envelope {
  bool batch = false; ///< the answers go into one array
  std::vector<envelope_entry> entries;
};

/// Takes one line apart, without its end of line.
envelope parse_envelope(std::string_view line, const rpc_limits& limits = {});

/// Lines to send, without an end of line; they hold none inside. Bytes that are not UTF-8 are
/// replaced by U+FFFD.
std::string to_text(const json& value);
std::string result_text(const json& id, const json& result);
/// The same, where the result is JSON text already.
std::string answer_text(const json& id, std::string_view result);
std::string error_text(json id, rpc_error error);
std::string notification_text(std::string_view method, json params);

/// Joins answers to a batch. `answers` are texts made by result_text() and error_text().
std::string batch_text(const std::vector<std::string>& answers);

} // namespace lockstep
