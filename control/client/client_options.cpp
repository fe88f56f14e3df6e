// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/client_options.hpp"

#include "control/client/connection.hpp"
#include "control/client/owner_token.hpp"
#include "control/client/usage_error.hpp"
#include "control/register/head_register.hpp"

#include <lockstep/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <variant>

namespace lockstep {

namespace {

std::string chosen(const client_options& options) {
  if (!options.at.empty())
    return options.at;
  const char* set = std::getenv("LOCKSTEP_CONTROL");
  return set ? set : "";
}

struct head_place {
  address where;
  std::string ca; ///< as the head's own file has it
  bool tls = false;
};

std::string text_member(const lockstep::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

address parse_place(const std::string& text) {
  const auto found = parse_address(text);
  if (!found)
    throw usage_error("--at '" + text + "': " + found.error());
  return as_reached_here(*found);
}

/// What a head says of itself in its file.
head_place place_in(const lockstep::json& told) {
  head_place place{parse_place(text_member(told, "control")), "", false};
  place.tls = told.value("tls", lockstep::json()) == true;
  place.ca = place.tls ? text_member(told, "ca") : "";
  return place;
}

head_place chosen_place(const std::string& text) {
  const auto file = read_head_file(text);
  if (!file)
    return {parse_place(text), "", false};
  if (!file->text.is_object())
    throw usage_error("'" + text + "' is no connection file of `control serve`");
  if (file->is_left_behind)
    throw cannot_connect(text_member(file->text, "control") + ": the head that wrote '" + text +
                         "', process " + file->text.value("pid", lockstep::json()).dump() +
                         ", is gone without a word, and its file is removed now");
  return place_in(file->text);
}

/// On the machine that has the authority, its owner needs no more than that.
std::string token_for(const head_place& place, const std::string& ca,
                      const access_arguments& words) {
  auto token = find_token(words);
  return token.empty() && is_loopback(place.where)
             ? owner_token(std::filesystem::path{ca}.parent_path())
             : token;
}

head_access access_to(head_place place, const access_arguments& words) {
  auto ca = named_authority(words);
  if (ca.empty())
    ca = place.ca;
  if (!place.tls && ca.empty() && is_loopback(place.where))
    return {place.where, nullptr, find_token(words)};
  if (ca.empty())
    ca = usual_authority();
  return {place.where, trust_authority(ca), token_for(place, ca, words)};
}

/// At the usual port: whoever has not said by then that he is Lockstep is not.
constexpr std::chrono::milliseconds hello_limit{2'000};

} // namespace

bool client_options::is_chosen() const {
  return !chosen(*this).empty();
}

std::vector<head_access> client_options::candidates() const {
  if (is_chosen()) {
    auto only = access_to(chosen_place(chosen(*this)), access);
    only.is_chosen = true;
    return {only};
  }
  std::vector<head_access> all;
  for (const auto& told : entered_heads())
    try {
      all.push_back(access_to(place_in(told), access));
    } catch (const usage_error&) { // its certificates are gone, for example
    }
  const address usual{"127.0.0.1", usual_port};
  if (std::ranges::find(all, usual, &head_access::where) == all.end()) {
    all.push_back(access_to({usual, "", false}, access));
    all.back().patience = hello_limit;
  }
  return all;
}

} // namespace lockstep
