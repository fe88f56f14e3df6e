// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace lockstep {

/// A step with a name of its own, see named().
template <class Function, std::size_t Size>
struct named_step {
  char text[Size]; // NOLINT(modernize-avoid-c-arrays): a template argument must show all of itself
  Function function;
};

/// Gives a step a name, where the one of its member function is not enough: of two overloads that a
/// plan asks for, or where a class was renamed and other programs know the step by its old name.
/// `team.broadcast<lockstep::named("grow twice", static_cast<int (S::*)(int)>(&S::grow))>(7)`
/// Two functions of one solver class with one name make the library refused when it is loaded.
template <std::size_t Size, class Function>
consteval named_step<Function, Size> named(const char (&text)[Size], Function function) {
  named_step<Function, Size> step{{}, function};
  std::copy_n(text, Size, step.text);
  return step;
}

} // namespace lockstep

// Names by which a step is told to other processes, other builds and other languages: what the
// author wrote, never what a compiler made of it.
namespace lockstep::detail {

template <class Step>
inline constexpr bool is_named = false;
template <class Function, std::size_t Size>
inline constexpr bool is_named<named_step<Function, Size>> = true;

/// The member function itself.
template <auto Step>
constexpr auto function_of() {
  if constexpr (is_named<std::remove_cv_t<decltype(Step)>>)
    return Step.function;
  else
    return Step;
}

/// "improve" of `&island::improve`, read from the compiler's own spelling, or the given name.
template <auto Step>
constexpr std::string_view step_name() {
  if constexpr (is_named<std::remove_cv_t<decltype(Step)>>) {
    return {Step.text};
  } else {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("Step = ") + 7);
    text = text.substr(0, text.find_first_of(";]"));
    if (const auto parenthesis = text.rfind(')');
        parenthesis != std::string_view::npos && parenthesis + 1 < text.size())
      text.remove_prefix(parenthesis + 1);
    if (const auto colon = text.rfind(':'); colon != std::string_view::npos)
      text.remove_prefix(colon + 1);
    if (!text.empty() && text.front() == '&')
      text.remove_prefix(1);
    return text;
  }
}

/// The compiler's spelling of a type.
template <class Type>
constexpr std::string_view spelling_of() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("Type = ") + 7);
  return text.substr(0, std::min(text.rfind("; std::"), text.rfind(']')));
}

/// A type's name without its namespaces and without spaces: "grid<double,3>" of
/// `(anonymous namespace)::grid<double, 3>`.
inline std::string plain_type_name(std::string_view spelling) {
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    depth += spelling[i] == '<' ? 1 : spelling[i] == '>' ? -1 : 0;
    if (depth == 0 && spelling[i] == ':')
      begin = i + 1;
  }
  std::string name{spelling.substr(begin)};
  std::erase(name, ' ');
  return name;
}

template <class Type>
std::string type_name() {
  return plain_type_name(spelling_of<Type>());
}

} // namespace lockstep::detail
