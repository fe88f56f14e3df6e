// SPDX-License-Identifier: BSD-3-Clause

#include "tests/fuzz/mutator.hpp"

#include "control/rpc/methods.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace lockstep::fuzz {

namespace {

constexpr std::array<std::string_view, 24> tokens{
    "{",    "}",     "[",     "]",  ",",       ":",      "\"",         "\\u0000",
    "null", "true",  "1e999", "-0", "\\ud800", "\xff",   "\xc3\x28",   "\"jsonrpc\"",
    "\\",   "false", "1.5",   "\n", "\"2.0\"", "\"id\"", "\"method\"", "99999999999999999999"};

} // namespace

std::size_t mutator::below(std::size_t bound) {
  return static_cast<std::size_t>(random_() % bound);
}

json mutator::any_value(int depth) {
  switch (below(depth > 0 ? 10 : 7)) {
  case 0:
    return nullptr;
  case 1:
    return below(2) == 0;
  case 2:
    return static_cast<std::int64_t>(random_());
  case 3:
    return static_cast<double>(below(1'000)) / 8;
  case 4:
    return "r" + std::to_string(below(20));
  case 5:
    return below(5);
  case 6:
    return std::string(below(100), 'x');
  case 7:
    return json{{"name", any_value(depth - 1)}, {"run", any_value(depth - 1)}};
  default:
    return json::array({any_value(depth - 1), any_value(depth - 1)});
  }
}

json mutator::good_request() {
  const auto& method = methods()[below(methods().size())];
  json request{{"jsonrpc", "2.0"}, {"method", method.name}};
  if (below(8) != 0)
    request["id"] = below(3) == 0 ? json("id" + std::to_string(below(9))) : json(below(100));
  json params = json::object();
  for (const auto& param : method.params)
    if (param.required || below(2) == 0)
      params[std::string(param.name)] = param.type == param_type::integer       ? json(1 + below(3))
                                        : param.type == param_type::number      ? json(0.5)
                                        : param.type == param_type::object      ? json::object()
                                        : param.type == param_type::string_list ? json::array()
                                        : param.choices.empty()                 ? json("r1")
                                                                : json(param.choices.front());
  if (!params.empty() || below(2) == 0)
    request["params"] = std::move(params);
  return request;
}

/// A request of which one member is of any type, or gone, or one too many.
json mutator::wrong_member() {
  static constexpr std::array members{"jsonrpc", "method", "id", "params", "more"};
  auto request = good_request();
  const std::string member = members.at(below(members.size()));
  if (below(4) == 0)
    request.erase(member);
  else if (below(3) == 0 && request.contains("params"))
    request["params"][below(2) == 0 ? "run" : "from"] = any_value(3);
  else
    request[member] = any_value(3);
  return request;
}

json mutator::batch() {
  json members = json::array();
  for (std::size_t i = below(6); i > 0; --i)
    members.push_back(below(3) == 0   ? any_value(2)
                      : below(2) == 0 ? wrong_member()
                                      : good_request());
  return members;
}

std::string mutator::deep_nesting() {
  std::string text = below(2) == 0 ? "" : R"({"jsonrpc":"2.0","id":1,"method":"m","params":)";
  const auto depth = below(20) == 0 ? below(100'000) : below(140);
  const std::string_view opening = below(2) == 0 ? "[" : "{\"a\":";
  for (std::size_t i = 0; i < depth; ++i)
    text += opening;
  if (below(2) == 0 && opening == "[")
    text.append(depth, ']');
  return text + (below(2) == 0 ? "}" : "");
}

std::string mutator::garbage() {
  std::string text(below(60), '\0');
  for (char& c : text)
    c = static_cast<char>(below(256));
  return text;
}

void mutator::damage(std::string& text) {
  for (std::size_t i = 1 + below(4); i > 0; --i) {
    const auto place = below(text.size() + 1);
    switch (below(5)) {
    case 0:
      text.resize(place);
      break;
    case 1:
      text.erase(place, 1 + below(10));
      break;
    case 2:
      text.insert(place, tokens.at(below(tokens.size())));
      break;
    case 3:
      if (place < text.size())
        text[place] = static_cast<char>(below(256));
      break;
    default:
      text.insert(place, text.substr(below(text.size() + 1), below(30)));
      break;
    }
  }
}

std::string mutator::line() {
  const auto kind = below(10);
  if (kind == 0)
    return garbage();
  if (kind == 1)
    return deep_nesting();
  auto text = (kind < 4 ? good_request() : kind < 6 ? wrong_member() : batch()).dump();
  if (below(2) == 0)
    damage(text);
  return text;
}

} // namespace lockstep::fuzz
