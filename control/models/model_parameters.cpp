// SPDX-License-Identifier: BSD-3-Clause

#include "control/models/model_parameters.hpp"
#include "control/client/usage_error.hpp"

#include "platform/text/nearest_name.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

namespace lockstep {

namespace {

const json* find_described(const json& description, const std::string& name) {
  for (const auto& one : description.at("parameters"))
    if (one.at("name") == name)
      return &one;
  return nullptr;
}

[[noreturn]] void refuse_unknown(const json& description, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& one : description.at("parameters"))
    names.push_back(one.at("name"));
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto nearest = nearest_name(name, views);
  const auto model = description.at("name").get<std::string>();
  throw usage_error(model + " has no parameter --" + name +
                    (nearest.empty() ? "." : "; did you mean --" + nearest + "?") +
                    " `control run " + model + " --help` lists them");
}

/// Of these each process has its own.
bool is_descriptor(const std::string& path) {
  return path.starts_with("/dev/fd/") || path.starts_with("/proc/self/") || path == "/dev/stdin";
}

/// As the head finds it, whose folder is another.
std::string absolute_path(const std::string& name, const std::string& text) {
  if (text.empty())
    return text;
  if (is_descriptor(text))
    throw usage_error("--" + name + " " + text +
                      " is open in this shell only, not in the head; write it to a file first");
  auto path = std::filesystem::absolute(text).string();
  if (!is_utf8(path))
    throw usage_error("--" + name + " is not UTF-8; give the file another name or a link");
  return path;
}

/// What is no JSON is sent as a text. Whether a value fits is for the head to say.
json converted(const std::string& name, const std::string& type, const std::string& text) {
  if (type == "file")
    return absolute_path(name, text);
  if (!is_utf8(text))
    throw usage_error("the value of --" + name + " is not UTF-8, which is all that JSON can carry");
  if (type == "string")
    return text;
  auto value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json(text) : value;
}

std::string range_of(const json& one) {
  std::string text;
  if (one.contains("minimum") && one.contains("maximum"))
    text = ", from " + one["minimum"].dump() + " to " + one["maximum"].dump();
  else if (one.contains("minimum"))
    text = ", at least " + one["minimum"].dump();
  else if (one.contains("maximum"))
    text = ", at most " + one["maximum"].dump();
  if (one.contains("choices"))
    text += ", one of " + one["choices"].dump();
  return text;
}

} // namespace

std::optional<std::string> take_model(std::vector<std::string>& words) {
  const auto found =
      std::ranges::find_if(words, [before = std::string{}](const auto& word) mutable {
        const bool may_be_value = before.starts_with("--") && before.find('=') == std::string::npos;
        before = word;
        return !word.starts_with('-') && !may_be_value;
      });
  if (found == words.end())
    return std::nullopt;
  auto model = std::move(*found);
  words.erase(found);
  return model;
}

json parameters_from(const std::vector<std::string>& words, const json& description) {
  json values = json::object();
  const bool any = description.at("parameters").empty();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (!word.starts_with("--") || word.size() < 3)
      throw usage_error("'" + word + "' is no parameter: write --name value");
    const auto equals = word.find('=');
    const auto name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto* described = find_described(description, name);
    if (!described && !any)
      refuse_unknown(description, name);
    if (values.contains(name))
      throw usage_error("--" + name + " is given more than once");
    const auto type = described ? described->at("type").get<std::string>() : std::string{};
    const bool next_is_value = i + 1 < words.size() && !words[i + 1].starts_with("--");
    std::string text;
    if (equals != std::string::npos)
      text = word.substr(equals + 1);
    else if (next_is_value &&
             (type != "boolean" || words[i + 1] == "true" || words[i + 1] == "false"))
      text = words[++i];
    else if (type == "boolean" || any)
      text = "true";
    else
      throw usage_error("--" + name + " needs a value of type " + type);
    values[name] = converted(name, type, text);
  }
  return values;
}

std::string help_for(const json& description) {
  std::string text = description.at("name").get<std::string>();
  if (const auto summary = description.value("summary", ""); !summary.empty())
    text += ": " + summary;
  text += "\n";
  const auto& parameters = description.at("parameters");
  if (parameters.empty())
    return text + "It describes no parameters; any --name value is passed on.\n";
  text += "\nParameters of the model:\n";
  for (const auto& one : parameters) {
    const auto head =
        "  --" + one.at("name").get<std::string>() + " " + one.at("type").get<std::string>();
    constexpr std::size_t column = 28;
    text += head + std::string(head.size() < column ? column - head.size() : 1, ' ') +
            one.value("help", "") + " (" +
            (one.value("required", false) ? "must be given"
                                          : "default " + one.value("default", json()).dump()) +
            range_of(one) + ")\n";
  }
  return text;
}

} // namespace lockstep
