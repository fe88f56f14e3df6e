// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/link/hello.hpp"

#include "platform/text/nesting.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t nesting_max = 8;
constexpr std::size_t field_bytes_max = 255;
constexpr std::size_t sentence_bytes_max = 1'000;

/// Thrown and caught in this file only.
struct unreadable {
  std::string why;
};

json parse_object(std::string_view text) {
  if (nests_deeper(text, nesting_max))
    throw unreadable{"it nests too deep"};
  auto value = json::parse(text, nullptr, false);
  if (!value.is_object())
    throw unreadable{"it is no JSON object"};
  return value;
}

std::string string_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string())
    throw unreadable{std::string{"\""} + name + "\" is missing or no text"};
  return found->get<std::string>();
}

/// A text that people will see.
std::string field_of(const json& object, const char* name) {
  return shown(string_of(object, name), field_bytes_max);
}

template <class T>
T number_of(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer() ||
      (std::is_unsigned_v<T> && !found->is_number_unsigned()))
    throw unreadable{std::string{"\""} + name + "\" is missing or no number"};
  const auto value = found->get<std::int64_t>();
  if (!std::in_range<T>(value))
    throw unreadable{std::string{"\""} + name + "\" is too large"};
  return static_cast<T>(value);
}

void put(json& object, const hello& own) {
  object["protocol"] = own.protocol;
  object["abi"] = own.abi;
  object["byte_order"] = own.byte_order;
  object["caf"] = own.caf;
  object["lockstep"] = own.lockstep;
  object["role"] = own.role;
  object["name"] = own.name;
  object["host"] = own.host;
  object["pid"] = own.pid;
}

/// Of another protocol nothing but its number need be understood.
hello hello_of(const json& object) {
  hello said;
  said.protocol = number_of<std::uint32_t>(object, "protocol");
  said.role = field_of(object, "role");
  said.name = field_of(object, "name");
  if (said.protocol != protocol_version)
    return said;
  said.abi = number_of<std::uint32_t>(object, "abi");
  said.byte_order = field_of(object, "byte_order");
  said.caf = field_of(object, "caf");
  said.lockstep = field_of(object, "lockstep");
  said.host = field_of(object, "host");
  said.pid = number_of<std::int64_t>(object, "pid");
  return said;
}

/// What else than a string in UTF-8 a machine's name may hold must not throw.
std::string text_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// The refusal in an answer, or nothing if it is none.
std::optional<refusal> refusal_of(const json& object) {
  const auto accepted = object.find("accepted");
  if (accepted == object.end() || !accepted->is_boolean())
    throw unreadable{"\"accepted\" is missing or neither true nor false"};
  if (accepted->get<bool>())
    return {};
  return refusal{shown(string_of(object, "why"), sentence_bytes_max)};
}

template <class Result, class Read>
Result guarded(const char* what, const Read& read) {
  try {
    return read();
  } catch (const unreadable& wrong) {
    return tl::unexpected(refusal{std::string{what} + " cannot be understood: " + wrong.why});
  } catch (const json::exception&) {
    return tl::unexpected(refusal{std::string{what} + " cannot be understood"});
  }
}

/// "0.18" of "0.18.7".
std::string_view wire_version(std::string_view caf) {
  const auto first = caf.find('.');
  const auto second = first == std::string_view::npos ? first : caf.find('.', first + 1);
  return caf.substr(0, second);
}

std::string differ(const hello& ours, const hello& theirs, const std::string& verb,
                   const std::string& our_value, const std::string& their_value,
                   const std::string& remedy) {
  return title(ours) + " " + verb + " " + our_value + ", " + title(theirs) + " " + verb + " " +
         their_value + ": " + remedy;
}

} // namespace

std::string to_text(const hello_request& wanted) {
  json object;
  if (const auto* link = std::get_if<link_request>(&wanted)) {
    object["kind"] = "link";
    put(object, link->own);
    return text_of(object);
  }
  const auto& enrol = std::get<enrol_request>(wanted);
  object = {{"kind", "enrol"},
            {"protocol", protocol_version},
            {"name", enrol.name},
            {"request", enrol.request}};
  if (!enrol.token.empty())
    object["token"] = enrol.token;
  return text_of(object);
}

std::string to_text(const link_answer& answer) {
  json object{{"accepted", true}};
  put(object, answer.own);
  return text_of(object);
}

std::string to_text(const enrol_answer& answer) {
  return text_of({{"accepted", true},
                  {"certificate", answer.certificate},
                  {"authority", answer.authority},
                  {"revocation", answer.revocation}});
}

std::string to_text(const refusal& answer) {
  return text_of({{"accepted", false}, {"why", answer.why}});
}

tl::expected<hello_request, refusal> read_hello_request(std::string_view text) {
  using result = tl::expected<hello_request, refusal>;
  return guarded<result>("the hello", [&]() -> result {
    const auto object = parse_object(text);
    const auto kind = string_of(object, "kind");
    if (kind == "link")
      return link_request{hello_of(object)};
    if (kind != "enrol")
      throw unreadable{"\"kind\" is neither \"link\" nor \"enrol\""};
    if (const auto theirs = number_of<std::uint32_t>(object, "protocol");
        theirs != protocol_version)
      return tl::unexpected(refusal{
          "this side speaks protocol " + std::to_string(protocol_version) + ", the other speaks " +
          std::to_string(theirs) + ": install the same Lockstep on both"});
    return enrol_request{object.contains("token") ? string_of(object, "token") : "",
                         field_of(object, "name"), string_of(object, "request")};
  });
}

tl::expected<link_answer, refusal> read_link_answer(std::string_view text) {
  using result = tl::expected<link_answer, refusal>;
  return guarded<result>("the answer to the hello", [&]() -> result {
    const auto object = parse_object(text);
    if (auto refused = refusal_of(object))
      return tl::unexpected(*std::move(refused));
    return link_answer{hello_of(object)};
  });
}

tl::expected<enrol_answer, refusal> read_enrol_answer(std::string_view text) {
  using result = tl::expected<enrol_answer, refusal>;
  return guarded<result>("the answer to the enrolment", [&]() -> result {
    const auto object = parse_object(text);
    if (auto refused = refusal_of(object))
      return tl::unexpected(*std::move(refused));
    return enrol_answer{string_of(object, "certificate"), string_of(object, "authority"),
                        string_of(object, "revocation")};
  });
}

std::string mismatch(const hello& ours, const hello& theirs) {
  const std::string same = "install the same Lockstep on both";
  if (ours.protocol != theirs.protocol)
    return differ(ours, theirs, "speaks protocol", std::to_string(ours.protocol),
                  std::to_string(theirs.protocol), same);
  if (ours.role == theirs.role)
    return title(ours) + " and " + title(theirs) +
           " cannot link: one must be a head, the other a node. Check the address that was dialled";
  if (ours.abi != theirs.abi)
    return differ(ours, theirs, "has ABI number", std::to_string(ours.abi),
                  std::to_string(theirs.abi), same);
  if (ours.byte_order != theirs.byte_order)
    return differ(ours, theirs, "is", ours.byte_order + "-endian", theirs.byte_order + "-endian",
                  "machines of both byte orders cannot share a run");
  if (wire_version(ours.caf) != wire_version(theirs.caf))
    return differ(ours, theirs, "was built with CAF", ours.caf, theirs.caf,
                  "install the same build of Lockstep on both");
  return {};
}

std::string title(const hello& side) {
  const auto& called = side.name.empty() ? side.host : side.name;
  return (side.role.empty() ? "machine" : side.role) + (called.empty() ? "" : " " + called);
}

std::string shown(std::string_view text, std::size_t bytes_max) {
  std::string fit{text.substr(0, bytes_max)};
  // Not in the middle of a character.
  while (fit.size() < text.size() && !fit.empty() &&
         (static_cast<unsigned char>(text[fit.size()]) & 0xC0U) == 0x80U)
    fit.pop_back();
  for (std::size_t i = 0; i < fit.size(); ++i) {
    const auto c = static_cast<unsigned char>(fit[i]);
    if (c < 0x20 || c == 0x7F)
      fit[i] = ' ';
    // U+0080 to U+009F, which some terminals obey too.
    if (c == 0xC2 && i + 1 < fit.size() && static_cast<unsigned char>(fit[i + 1]) < 0xA0)
      fit.replace(i, 2, "  ");
  }
  return fit;
}

} // namespace lockstep
