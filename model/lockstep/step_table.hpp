// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/codec.hpp>
#include <lockstep/error.hpp>
#include <lockstep/reduction.hpp>
#include <lockstep/solver.hpp>
#include <lockstep/step_check.hpp>
#include <lockstep/step_name.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// A plan names its steps by member function (`team.broadcast<&island::improve>(…)`), and the solver
// sits in another process. Both processes load the same library, so naming a step is enough to put
// it into that library's table before main, in the plan's process and in the solver's alike: see
// step_entry::registered. The tables are hidden symbols, so that two model libraries in one process
// never share one.

namespace lockstep::detail {

/// Of what is no member function, as much as its mistaken call needs to be compiled.
template <class Function>
struct step_traits {
  using result = void;
  using solver = void;
  using arguments = std::tuple<>;
  using fault = found_fault<step_fault::no_function, Function>;
};
template <class Result, class... Args>
struct step_traits<Result (*)(Args...)> : step_traits<void> {
  using result = std::remove_cvref_t<Result>;
  using fault = found_fault<step_fault::static_function, Result(Args...)>;
};
template <class Result, class... Args>
struct step_traits<Result (*)(Args...) noexcept> : step_traits<Result (*)(Args...)> {};
template <class Member, class Solver>
struct step_traits<Member Solver::*> : step_traits<void> {
  using result = std::conditional_t<std::is_object_v<Member>, std::remove_cv_t<Member>, void>;
  using fault =
      found_fault<std::is_object_v<Member> ? step_fault::data_member : step_fault::no_function,
                  Member>;
};

template <class Result, class Solver, class... Args>
struct step_signature {
  using result = std::remove_cvref_t<Result>;
  using solver = Solver;

  static constexpr bool takes_context =
      sizeof...(Args) > 0 &&
      std::is_same_v<std::tuple_element_t<sizeof...(Args), std::tuple<void, Args...>>,
                     step_context&>;

  template <std::size_t... I>
  static auto without_context(std::index_sequence<I...>)
      -> std::tuple<std::remove_cvref_t<std::tuple_element_t<I, std::tuple<Args...>>>...>;

  /// The argument values, without the step_context at the end.
  using arguments = decltype(without_context(
      std::make_index_sequence<sizeof...(Args) - (takes_context ? 1 : 0)>{}));

  using fault = first_fault<fault_of_parameters<Args...>, fault_of_value<result>>;
};

template <class R, class S, class... A>
struct step_traits<R (S::*)(A...)> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...) const> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...) noexcept> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...) const noexcept> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...)&> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...) const&> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...)& noexcept> : step_signature<R, S, A...> {};
template <class R, class S, class... A>
struct step_traits<R (S::*)(A...) const& noexcept> : step_signature<R, S, A...> {};

template <class Function, std::size_t Size>
struct step_traits<named_step<Function, Size>> : step_traits<Function> {};
template <class Function, std::size_t Size>
struct step_traits<const named_step<Function, Size>> : step_traits<Function> {};

/// What is wrong with `Step` as a step of `Solver`, whatever it is called with.
template <class Solver, auto Step, class Traits = step_traits<decltype(Step)>,
          class Class = typename Traits::solver>
using fault_of_step =
    first_fault<typename Traits::fault,
                found_fault<std::is_same_v<Class, Solver>      ? step_fault::none
                            : std::is_base_of_v<Class, Solver> ? step_fault::base_class
                                                               : step_fault::other_class,
                            Class>>;

#pragma GCC visibility push(hidden)

template <class Solver>
using step_function = outcome (*)(Solver&, const blob&, step_context&);

/// What is wrong with the names of this library's steps, a sentence for each; such a library is
/// refused when it is loaded.
inline std::vector<std::string>& doubled_names() {
  static std::vector<std::string> sentences;
  return sentences;
}

/// Enters what a key stands for, which is one thing only. Before main, on one thread.
template <class Table, class Function>
void enter_once(Table& table, const std::string& key, Function function, const char* cure) {
  const auto [place, is_new] = table.emplace(key, function);
  if (!is_new && place->second != function)
    doubled_names().push_back("two different functions have the name '" + key + "': " + cure);
}

/// The steps that plans of this library ask of `Solver`, by key.
template <class Solver>
std::map<std::string, step_function<Solver>, std::less<>>& step_table() {
  static std::map<std::string, step_function<Solver>, std::less<>> table;
  return table;
}

/// Decodes the argument, calls the member function, encodes its answer.
template <auto Step>
outcome invoke_step(typename step_traits<decltype(Step)>::solver& self, const blob& argument,
                    step_context& context) {
  using traits = step_traits<decltype(Step)>;
  try {
    typename traits::arguments values;
    std::apply([&](auto&... value) { decode(argument, value...); }, values);
    const auto call = [&](auto&... value) -> decltype(auto) {
      if constexpr (traits::takes_context)
        return (self.*function_of<Step>())(std::move(value)..., context);
      else
        return (self.*function_of<Step>())(std::move(value)...);
    };
    if constexpr (std::is_void_v<typename traits::result>) {
      std::apply(call, values);
      return blob{};
    } else {
      return encode(context.payload_limit(), std::apply(call, values));
    }
  } catch (...) {
    return current_failure();
  }
}

template <auto Step>
struct step_entry {
  using traits = step_traits<decltype(Step)>;

  /// "island::improve": the same in every build and for every compiler.
  static const std::string& key() {
    static const auto name =
        type_name<typename traits::solver>() + "::" + std::string{step_name<Step>()};
    return name;
  }

  static bool enter() {
    enter_once(step_table<typename traits::solver>(), key(), &invoke_step<Step>,
               "of overloads that a plan asks for, give each a name of its own, "
               "lockstep::named(\"...\", &S::f)");
    return true;
  }

  static inline const bool registered = enter();
};

using combine_function = outcome (*)(std::span<const blob>, std::size_t, slice);

/// The combining functions that plans of this library ask for, by key.
inline std::map<std::string, combine_function, std::less<>>& operation_table() {
  static std::map<std::string, combine_function, std::less<>> table;
  return table;
}

/// Vectors whose elements are combined one by one, so that it can be done in pieces.
template <class Value, class Operation>
inline constexpr bool is_combined_in_pieces = false;
template <class T, class Allocator>
inline constexpr bool is_combined_in_pieces<std::vector<T, Allocator>, sum_operation> =
    std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;
template <class T, class Allocator>
inline constexpr bool is_combined_in_pieces<std::vector<T, Allocator>, min_operation> =
    is_combined_in_pieces<std::vector<T, Allocator>, sum_operation>;
template <class T, class Allocator>
inline constexpr bool is_combined_in_pieces<std::vector<T, Allocator>, max_operation> =
    is_combined_in_pieces<std::vector<T, Allocator>, sum_operation>;

/// Combines a slice of large encoded vectors of one size without ever having it whole. The same
/// tree as for whole ones, so the same bits.
template <class Value, class Operation>
blob combine_in_pieces(std::span<const blob> answers, std::size_t limit, slice wanted) {
  using element = typename Value::value_type;
  constexpr std::size_t piece_size = blob::shared_from / sizeof(element);
  std::uint64_t count = 0;
  answers.front().read(0, &count, sizeof count);
  blob_writer out{limit};
  if (wanted.index == 0)
    out.write(&count, sizeof count);
  const auto end = wanted.end_of(count);
  std::vector<Value> pieces(answers.size());
  for (auto done = wanted.begin_of(count); done < end;) {
    const auto size = std::min<std::uint64_t>(piece_size, end - done);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      pieces[i].resize(size);
      answers[i].read(sizeof count + done * sizeof(element), pieces[i].data(),
                      size * sizeof(element));
    }
    pieces.front() = reduce_in_order(std::span{pieces}, Operation{});
    out.write(pieces.front().data(), size * sizeof(element));
    done += size;
  }
  return out.take();
}

/// Large, and of one size, as encoding a vector makes them.
template <class Element>
bool are_large_and_alike(std::span<const blob> answers) {
  const auto size = answers.front().size();
  std::uint64_t count = 0;
  if (size < blob::shared_from)
    return false;
  for (const auto& each : answers) {
    if (each.size() != size)
      return false;
    each.read(0, &count, sizeof count);
    if (count != (size - sizeof count) / sizeof(Element))
      return false;
  }
  return (size - sizeof count) % sizeof(Element) == 0;
}

/// Combines encoded answers into one, or into a slice of it.
template <class Value, class Operation>
outcome combine_answers(std::span<const blob> answers, std::size_t limit, slice wanted = {}) {
  try {
    if constexpr (is_combined_in_pieces<Value, Operation>)
      if (are_large_and_alike<typename Value::value_type>(answers))
        return combine_in_pieces<Value, Operation>(answers, limit, wanted);
    if (wanted.index != 0)
      return blob{};                                               // the first slice is the whole
    const auto values = std::make_unique<Value[]>(answers.size()); // a vector<bool> has no elements
    for (std::size_t i = 0; i < answers.size(); ++i)
      decode(answers[i], values[i]);
    return encode(limit, reduce_in_order(std::span{values.get(), answers.size()}, Operation{}));
  } catch (...) {
    return current_failure();
  }
}

/// How answers of a step are combined.
template <auto Step, class Operation, class Value = typename step_traits<decltype(Step)>::result>
struct operation_entry {
  static_assert(std::is_empty_v<Operation> && std::is_default_constructible_v<Operation>,
                "reduce: the combining function runs in other processes, so it must hold no state: "
                "pass a lambda without captures or an empty function object");

  /// "island::improve sum_operation". Lambdas have no name: those of one step are numbered in the
  /// order in which the library enters them, which is the same wherever it is loaded.
  static const std::string& key() {
    static const auto name = enter_as(step_entry<Step>::key() + ' ' + type_name<Operation>());
    return name;
  }

  static std::string enter_as(std::string name) {
    constexpr auto combine = &combine_answers<Value, Operation>;
    if (name.find("lambda") == std::string::npos) {
      enter_once(operation_table(), name, combine,
                 "give each class that combines the answers of this step a name of its own");
      return name;
    }
    name = step_entry<Step>::key() + " lambda";
    for (std::size_t number = 2; !operation_table().emplace(name, combine).second; ++number)
      name = step_entry<Step>::key() + " lambda " + std::to_string(number);
    return name;
  }

  static bool enter() {
    static_cast<void>(key());
    return true;
  }

  static inline const bool registered = enter();
};

/// Makes the compiler keep a static member whose only use is its initialiser.
inline void keep(const bool* registered) {
  asm volatile("" : : "r"(registered) : "memory");
}

#pragma GCC visibility pop

} // namespace lockstep::detail
