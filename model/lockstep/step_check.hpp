// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/codec.hpp>
#include <lockstep/step_context.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

// What is wrong with a step, or with a call of one, is found here before anything of it is
// compiled, so that whoever wrote it gets one sentence.

namespace lockstep::detail {

/// Why a step cannot be called so.
enum class step_fault : std::uint8_t {
  none,
  no_function,
  static_function,
  data_member,
  other_class,
  base_class,
  context_misplaced,
  reference_parameter,
  not_archived,
  no_default_constructor,
  number_of_arguments,
  no_conversion,
  narrowing,
  no_tuple,
  nothing_to_reduce
};

/// Shown in the compiler's message: an argument, and the parameter of the step that it is for.
template <class From, class To>
struct conversion {};

/// The one place where a fault is told; `Culprit` is the type that it is about, or a conversion.
template <step_fault Fault, class Culprit>
struct step_that_can_be_called {
  using enum step_fault;
  static_assert(
      Fault != no_function,
      "a step is named by a member function of the solver, as in broadcast<&solver::f>()");
  static_assert(
      Fault != static_function,
      "a step cannot be a static member or a free function: it runs on a solver's object; "
      "make it a member function of the solver, without `static`");
  static_assert(Fault != data_member,
                "a step cannot be a data member: add a member function that returns it");
  static_assert(Fault != other_class,
                "the step is a member function of another class than the team's solver");
  static_assert(Fault != base_class,
                "name a step by the solver's own class, not by a base class of it");
  static_assert(Fault != context_misplaced,
                "a step takes its step_context last, and as `lockstep::step_context&`");
  static_assert(Fault != reference_parameter,
                "a step cannot change its caller's variable, which is in another process: take the "
                "parameter by value or as `const T&`, and return what is new");
  static_assert(
      Fault != not_archived,
      "the step's parameter or result has a type that cannot travel between processes: give "
      "it `template <class A> void serialize(A& a) { a(members…); }`, or include its "
      "<cereal/types/….hpp>; pointers cannot travel");
  static_assert(Fault != no_default_constructor,
                "the step's parameter or result has a type without a default constructor: whoever "
                "receives it makes one and fills it, so add one");
  static_assert(Fault != number_of_arguments, "this step takes another number of arguments");
  static_assert(Fault != no_conversion, "an argument does not convert to the step's parameter");
  static_assert(
      Fault != narrowing,
      "an argument would lose value in the step's parameter (narrowing): convert it where "
      "you call, as in static_cast<int>(x), or change the type of the parameter");
  static_assert(
      Fault != no_tuple,
      "for a step of several parameters each item of scatter and map is a std::tuple with "
      "a value for each of them, as in std::vector<std::tuple<int, double>>");
  static_assert(Fault != nothing_to_reduce,
                "reduce combines what the step returns, and this one returns nothing");
  static constexpr bool value = Fault == none;
};

template <step_fault Fault, class Culprit>
struct found_fault {
  static constexpr step_fault value = Fault;
  using culprit = Culprit;
};
using no_fault = found_fault<step_fault::none, void>;

/// The first of them that is a fault, or none.
template <class... Findings>
struct first_fault : no_fault {};
template <class Finding, class... Others>
struct first_fault<Finding, Others...>
    : std::conditional_t<Finding::value != step_fault::none, Finding, first_fault<Others...>> {};

/// The type within T that cannot be archived; void where all can.
template <class T>
struct unarchived {
  using type =
      std::conditional_t<!std::is_pointer_v<T> &&
                             cereal::traits::is_output_serializable<T, blob_writer>::value &&
                             cereal::traits::is_input_serializable<T, blob_reader>::value,
                         void, T>;
};
template <class... Ts>
struct unarchived_among {
  using type = void;
};
template <class T, class... Ts>
struct unarchived_among<T, Ts...> : std::conditional_t<std::is_void_v<typename unarchived<T>::type>,
                                                       unarchived_among<Ts...>, unarchived<T>> {};
template <class T, class A>
struct unarchived<std::vector<T, A>> : unarchived<T> {};
template <class T, std::size_t N>
struct unarchived<std::array<T, N>> : unarchived<T> {};
template <class T>
struct unarchived<std::optional<T>> : unarchived<T> {};
template <class A, class B>
struct unarchived<std::pair<A, B>> : unarchived_among<A, B> {};
template <class... Ts>
struct unarchived<std::tuple<Ts...>> : unarchived_among<Ts...> {};
template <class K, class V, class... Rest>
struct unarchived<std::map<K, V, Rest...>> : unarchived_among<K, V> {};
template <class K, class V, class... Rest>
struct unarchived<std::unordered_map<K, V, Rest...>> : unarchived_among<K, V> {};

template <class T>
struct fault_of_value
    : first_fault<
          found_fault<std::is_void_v<typename unarchived<T>::type> ? step_fault::none
                                                                   : step_fault::not_archived,
                      typename unarchived<T>::type>,
          found_fault<std::is_default_constructible_v<T> ? step_fault::none
                                                         : step_fault::no_default_constructor,
                      T>> {};
template <>
struct fault_of_value<void> : no_fault {};

template <class T>
inline constexpr bool is_context =
    std::is_same_v<std::remove_pointer_t<std::remove_cvref_t<T>>, step_context>;

template <class Parameter, bool IsLast, class = void>
struct fault_of_parameter : fault_of_value<std::remove_cvref_t<Parameter>> {};
template <class Parameter, bool IsLast>
struct fault_of_parameter<Parameter, IsLast, std::enable_if_t<is_context<Parameter>>>
    : found_fault<IsLast && std::is_same_v<Parameter, step_context&>
                      ? step_fault::none
                      : step_fault::context_misplaced,
                  Parameter> {};
template <class Parameter, bool IsLast>
struct fault_of_parameter<
    Parameter, IsLast,
    std::enable_if_t<!is_context<Parameter> && std::is_lvalue_reference_v<Parameter> &&
                     !std::is_const_v<std::remove_reference_t<Parameter>>>>
    : found_fault<step_fault::reference_parameter, Parameter> {};

template <class... Parameters>
struct fault_of_parameters : no_fault {};
template <class Parameter, class... Others>
struct fault_of_parameters<Parameter, Others...>
    : first_fault<fault_of_parameter<Parameter, sizeof...(Others) == 0>,
                  fault_of_parameters<Others...>> {};

/// Numbers that can lose value. An `int` may go into any number at least as wide, since that is
/// what a literal is; whether its value fits is looked at when it goes, see check_fits.
template <class From, class To>
constexpr bool loses_number() {
  using from = std::numeric_limits<From>;
  using to = std::numeric_limits<To>;
  if constexpr (std::is_same_v<From, To>)
    return false;
  else if constexpr (std::is_same_v<To, bool>)
    return true;
  else if constexpr (std::is_same_v<From, int>)
    return sizeof(To) < sizeof(int);
  else
    return (!from::is_integer && to::is_integer) || from::digits > to::digits ||
           (from::is_signed && !to::is_signed);
}

template <class From, class To>
struct narrows {
  static constexpr bool value = [] {
    if constexpr (std::is_arithmetic_v<From> && std::is_arithmetic_v<To>)
      return loses_number<From, To>();
    else if constexpr (std::is_enum_v<From> && std::is_arithmetic_v<To>)
      return loses_number<std::underlying_type_t<From>, To>();
    else
      return std::is_pointer_v<From> && std::is_same_v<To, bool>;
  }();
};
/// Pairs, tuples, optionals convert element by element.
template <template <class...> class Of, class... From, class... To>
requires(sizeof...(From) == sizeof...(To)) struct narrows<Of<From...>, Of<To...>> {
  static constexpr bool value = (narrows<From, To>::value || ...);
};
template <class A, class B, class C, class D>
struct narrows<std::pair<A, B>, std::tuple<C, D>> : narrows<std::tuple<A, B>, std::tuple<C, D>> {};
template <class From, class To>
requires(std::is_arithmetic_v<From> || std::is_enum_v<From> ||
         std::is_pointer_v<From>) struct narrows<From, std::optional<To>> : narrows<From, To> {
};

template <class Argument, class Parameter>
using fault_of_argument = first_fault<
    found_fault<std::is_convertible_v<const Argument&, Parameter> ? step_fault::none
                                                                  : step_fault::no_conversion,
                conversion<Argument, Parameter>>,
    found_fault<narrows<std::decay_t<Argument>, Parameter>::value ? step_fault::narrowing
                                                                  : step_fault::none,
                conversion<std::decay_t<Argument>, Parameter>>>;

/// Of arguments for the parameters of a tuple.
template <class Parameters, class... Arguments>
struct fault_of_arguments : found_fault<step_fault::number_of_arguments, std::tuple<Arguments...>> {
};
template <class... Parameters, class... Arguments>
requires(sizeof...(Parameters) ==
         sizeof...(Arguments)) struct fault_of_arguments<std::tuple<Parameters...>, Arguments...>
    : first_fault<fault_of_argument<Arguments, Parameters>...> {
};

/// Of an item that holds the arguments for the parameters of a tuple.
template <class Parameters, class Item>
struct fault_of_item : found_fault<step_fault::no_tuple, conversion<Item, Parameters>> {};
template <class Parameter, class Item>
struct fault_of_item<std::tuple<Parameter>, Item> : fault_of_argument<Item, Parameter> {};
template <class... Parameters, class Item>
requires(sizeof...(Parameters) != 1 &&
         std::tuple_size<Item>::value == sizeof...(Parameters)) struct fault_of_item<
    std::tuple<Parameters...>, Item>
    : decltype([]<std::size_t... I>(std::index_sequence<I...>) {
  return first_fault<
      fault_of_argument<std::remove_cvref_t<std::tuple_element_t<I, Item>>, Parameters>...>{};
      }(std::index_sequence_for<Parameters...>{})) {};

      template <class T>
      inline constexpr bool is_list = false;
      template <class T, class A>
      inline constexpr bool is_list<std::vector<T, A>> = true;
      template <class T, std::size_t N>
      inline constexpr bool is_list<std::array<T, N>> = true;

      [[noreturn]] inline void refuse_value(std::string_view step, const std::string& value) {
        throw std::invalid_argument("argument of step '" + std::string{step} + "': " + value +
                                    " does not fit the type of the parameter");
      }

      /// What types alone cannot tell: throws std::invalid_argument where an `int` or a JSON number
      /// has a value that the parameter cannot hold.
      template <class Parameter, class Argument>
      void check_fits(std::string_view step, const Argument& value) {
        if constexpr (is_list<Parameter> && std::is_same_v<Argument, json>) {
          if (value.is_array())
            for (const auto& element : value)
              check_fits<typename Parameter::value_type>(step, element);
        } else if constexpr (!std::is_arithmetic_v<Parameter> || std::is_same_v<Parameter, bool>) {
          return;
        } else if constexpr (std::is_same_v<Argument, json>) {
          if (!value.is_number())
            return; // the conversion itself refuses it
          using limits = std::numeric_limits<Parameter>;
          const auto exact = value.template get<long double>();
          if (!std::is_integral_v<Parameter> && !std::isfinite(exact))
            return;
          const bool is_lost = std::is_integral_v<Parameter> && std::trunc(exact) != exact;
          if (is_lost || exact < static_cast<long double>(limits::lowest()) ||
              exact > static_cast<long double>(limits::max()))
            refuse_value(step, value.dump());
        } else if constexpr (std::is_same_v<Argument, int> && !std::is_same_v<Parameter, int>) {
          const auto there = static_cast<Parameter>(value);
          if (static_cast<int>(there) != value || (value < 0 && there > Parameter{}))
            refuse_value(step, std::to_string(value));
        }
      }

      } // namespace lockstep::detail
