// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/envelope.hpp"

#include "control/rpc/id_digits.hpp"

#include "platform/text/nesting.hpp"

#include <utility>

namespace lockstep {

namespace {

constexpr std::string_view example = R"({"jsonrpc":"2.0","id":1,"method":"system.describe"})";

rpc_error invalid(std::string message) {
  return make_rpc_error(rpc_code::invalid_request, std::move(message),
                        "A request looks like this: " + std::string(example) + ".");
}

rpc_error over_limit(std::string_view what, std::size_t limit, std::string hint) {
  return make_rpc_error(rpc_code::invalid_request,
                        "Limit exceeded: " + std::string(what) + " " + std::to_string(limit) + ".",
                        std::move(hint));
}

/// The parser's own sentence, without its error number. It quotes what it read last, which can be
/// as long as the line.
rpc_error not_json(std::string_view reason) {
  constexpr std::size_t shown_bytes = 200;
  if (const auto start = reason.find("] "); start != std::string_view::npos)
    reason.remove_prefix(start + 2);
  std::string message = "This line is not valid JSON: ";
  message += reason.substr(0, shown_bytes);
  message += reason.size() > shown_bytes ? "…" : ".";
  return make_rpc_error(rpc_code::parse_error, std::move(message),
                        "Send one whole JSON object, or one array of them, on each line.");
}

bool is_id(const json& value) {
  return value.is_string() || value.is_number() || value.is_null();
}

/// Why `value` is no request; empty if it is one.
std::string reason_against(const json& value) {
  if (!value.is_object())
    return std::string("A request is a JSON object, and this is of type ") + value.type_name() +
           ".";
  const auto version = value.find("jsonrpc");
  if (version == value.end() || *version != "2.0")
    return R"(The member "jsonrpc" must be the string "2.0".)";
  const auto method = value.find("method");
  if (method == value.end() || !method->is_string())
    return R"(The member "method" must be a string.)";
  const auto params = value.find("params");
  if (params != value.end() && !params->is_structured())
    return R"(The member "params" must be an object or an array; leave it out if there are none.)";
  const auto id = value.find("id");
  if (id != value.end() && !is_id(*id))
    return R"(The member "id" must be a string, a number or null.)";
  return {};
}

/// Ids as they came, so that no answer goes out under another one.
class id_check {
public:
  explicit id_check(std::string_view line) : line_(line) {}

  /// Whether the id of the request at `place` can be handed back. The line is read a second time
  /// only where an id is no whole number of 64 bits.
  [[nodiscard]] bool can_be_answered(const json& request, std::size_t place) {
    const auto id = request.find("id");
    if (id == request.end() || !id->is_number_float())
      return true;
    if (!beyond_)
      beyond_ = ids_beyond_a_double(line_);
    return !beyond_->at(place);
  }

private:
  std::string_view line_;
  std::optional<std::vector<bool>> beyond_;
};

envelope_entry to_entry(json& value, std::size_t place, id_check& ids) {
  if (auto reason = reason_against(value); !reason.empty())
    return tl::unexpected(invalid(std::move(reason)));
  if (!ids.can_be_answered(value, place))
    return tl::unexpected(make_rpc_error(rpc_code::invalid_request,
                                         "The id has more digits than can be handed back.",
                                         "Use a whole number of 64 bits or a string."));
  rpc_request request{std::nullopt, std::move(value["method"].get_ref<std::string&>()),
                      json::object()};
  if (const auto id = value.find("id"); id != value.end())
    request.id = std::move(*id);
  if (const auto params = value.find("params"); params != value.end())
    request.params = std::move(*params);
  return request;
}

envelope refuse(rpc_error error) {
  envelope result;
  result.entries.emplace_back(tl::unexpected(std::move(error)));
  return result;
}

envelope to_envelope(json& value, std::string_view line, const rpc_limits& limits) {
  envelope result;
  id_check ids{line};
  if (!value.is_array()) {
    result.entries.push_back(to_entry(value, 0, ids));
    return result;
  }
  if (value.empty())
    return refuse(invalid("A batch must hold at least one request."));
  if (value.size() > limits.batch)
    return refuse(over_limit("a batch may hold at most this many requests:", limits.batch,
                             "Send several smaller batches."));
  result.batch = true;
  result.entries.reserve(value.size());
  for (auto& member : value)
    result.entries.push_back(to_entry(member, result.entries.size(), ids));
  return result;
}

} // namespace

envelope parse_envelope(std::string_view line, const rpc_limits& limits) {
  if (line.size() > limits.line_bytes)
    return refuse(over_limit("a line may have at most this many bytes:", limits.line_bytes,
                             "Send less at once."));
  if (nests_deeper(line, limits.nesting))
    return refuse(over_limit("arrays and objects may be nested at most this deep:", limits.nesting,
                             "Flatten the value, or send it as a string."));
  try {
    auto value = json::parse(line);
    return to_envelope(value, line, limits);
  } catch (const json::exception& error) {
    return refuse(not_json(error.what()));
  }
}

std::string to_text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string result_text(const json& id, const json& result) {
  return answer_text(id, to_text(result));
}

std::string answer_text(const json& id, std::string_view result) {
  constexpr std::string_view begin = R"({"id":)";
  constexpr std::string_view middle = R"(,"jsonrpc":"2.0","result":)";
  const auto name = to_text(id);
  std::string line;
  line.reserve(begin.size() + name.size() + middle.size() + result.size() + 1);
  line += begin;
  line += name;
  line += middle;
  line += result;
  line += '}';
  return line;
}

std::string error_text(json id, rpc_error error) {
  json body{{"code", error.code}, {"message", std::move(error.message)}};
  if (!error.data.is_null())
    body["data"] = std::move(error.data);
  json answer{{"jsonrpc", "2.0"}};
  answer["id"] = std::move(id);
  answer["error"] = std::move(body);
  return to_text(answer);
}

std::string notification_text(std::string_view method, json params) {
  json notification{{"jsonrpc", "2.0"}, {"method", method}};
  notification["params"] = std::move(params);
  return to_text(notification);
}

std::string batch_text(const std::vector<std::string>& answers) {
  std::string line = "[";
  for (const auto& answer : answers) {
    if (line.size() > 1)
      line += ',';
    line += answer;
  }
  line += ']';
  return line;
}

} // namespace lockstep
