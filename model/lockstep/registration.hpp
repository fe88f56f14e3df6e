// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/erased_model.hpp>
#include <lockstep/team.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep::detail {

#pragma GCC visibility push(hidden)

/// The models of this library or program. Hidden: a library's models never mix with another's.
inline std::vector<const model*>& registered_models() {
  static std::vector<const model*> models;
  return models;
}

template <class Solver>
concept serialisable = cereal::traits::is_output_serializable<Solver, blob_writer>::value &&
    cereal::traits::is_input_serializable<Solver, blob_reader>::value;

template <class Solver>
class erased_solver final : public solver {
public:
  explicit erased_solver(const seat& place) : self_(place) {}

  outcome call(std::string_view key, const blob& argument, step_context& context) override {
    const auto& table = step_table<Solver>();
    const auto found = table.find(key);
    if (found == table.end())
      return failure{"unknown_step", "this build of the model has no step '" + std::string{key} +
                                         "': do all machines load the same library?"};
    return found->second(self_, argument, context);
  }

  [[nodiscard]] bool has_snapshot() const override { return serialisable<Solver>; }

  outcome save() override {
    if constexpr (serialisable<Solver>) {
      try {
        return encode(std::numeric_limits<std::size_t>::max(), self_);
      } catch (...) {
        return current_failure();
      }
    } else {
      return failure{"no_snapshot", "the solver's class has no serialize"};
    }
  }

  std::optional<failure> restore([[maybe_unused]] const blob& snapshot) override {
    if constexpr (serialisable<Solver>) {
      try {
        decode(snapshot, self_);
        return std::nullopt;
      } catch (...) {
        return current_failure();
      }
    } else {
      return failure{"no_snapshot", "the solver's class has no serialize"};
    }
  }

private:
  memory_file_use keeps_pages_; // the pool of this library, which another module may not share
  Solver self_;
};

/// What a model says of itself to LOCKSTEP_MODEL.
struct model_words {
  std::string name;
  std::string summary;
  std::vector<parameter> parameters;
  std::vector<check> checks;

  void add(parameter described) { parameters.push_back(std::move(described)); }
  void add(check asked) { checks.push_back(std::move(asked)); }
};

template <class Solver, class Plan>
class erased_model final : public model {
public:
  erased_model(Plan plan, model_words words) : plan_(plan), words_(std::move(words)) {}

  [[nodiscard]] const std::string& name() const override { return words_.name; }
  [[nodiscard]] const std::string& summary() const override { return words_.summary; }
  [[nodiscard]] const std::vector<parameter>& parameters() const override {
    return words_.parameters;
  }

  [[nodiscard]] std::string check(const json& parameters) const override {
    try {
      for (const auto& one : words_.checks)
        if (auto why = one.refusal(parameters); !why.empty())
          return why;
      return {};
    } catch (...) {
      const auto thrown = current_failure();
      return thrown.text.empty() ? thrown.type : thrown.text;
    }
  }

  [[nodiscard]] std::variant<std::unique_ptr<solver>, failure>
  new_solver(const seat& place) const override {
    static_assert(std::is_constructible_v<Solver, const seat&>,
                  "a solver is constructed from its seat: solver(const lockstep::seat&)");
    try {
      return std::make_unique<erased_solver<Solver>>(place);
    } catch (...) {
      return current_failure();
    }
  }

  [[nodiscard]] plan_outcome run_plan(driver& runtime) const override {
    plan_outcome end;
    const memory_file_use keeps_pages;
    try {
      team<Solver> solvers{runtime};
      if constexpr (std::is_void_v<decltype(plan_(solvers))>)
        plan_(solvers);
      else
        end.result = plan_(solvers);
    } catch (const run_cancelled&) {
      end.how = plan_outcome::ending::cancelled;
    } catch (const step_failed& thrown) {
      end.how = plan_outcome::ending::failed;
      end.thrown = current_failure();
      end.failed_step = thrown.what_failed();
    } catch (...) {
      end.how = plan_outcome::ending::failed;
      end.thrown = current_failure();
    }
    return end;
  }

  [[nodiscard]] outcome combine(std::string_view operation, std::span<const blob> answers,
                                std::size_t limit, slice wanted) const override {
    const auto& table = operation_table();
    const auto found = table.find(operation);
    if (found == table.end())
      return failure{"unknown_operation", "this build of the model lacks a combining function"};
    return found->second(answers, limit, wanted);
  }

private:
  Plan plan_;
  model_words words_;
};

/// Enters a model before main, or while its library is loaded. A class with a comma in its name
/// takes both places of the macro: then the plan comes first of the arguments.
template <class Solver, auto... Plan>
struct registration {
  template <class... Words>
  explicit registration(std::string name, Words&&... words) {
    static_assert(sizeof...(Plan) <= 1);
    enter(std::move(name), Plan..., std::forward<Words>(words)...);
  }

private:
  template <class Function, class... Parameters>
  void enter(std::string name, Function plan, std::string summary = {},
             Parameters&&... parameters) {
    static_assert((... && (std::is_same_v<std::remove_cvref_t<Parameters>, parameter> ||
                           std::is_same_v<std::remove_cvref_t<Parameters>, check>)),
                  "behind the summary, LOCKSTEP_MODEL takes parameters (lockstep::integer and so "
                  "on) and checks (lockstep::check)");
    model_words all{std::move(name), std::move(summary), {}, {}};
    (all.add(std::forward<Parameters>(parameters)), ...);
    entered_ = std::make_unique<erased_model<Solver, Function>>(plan, std::move(all));
    registered_models().push_back(entered_.get());
  }

  std::unique_ptr<const model> entered_;
};

/// Whether the two arguments of the macro are a class and a function, or a class whose name has one
/// comma.
constexpr bool are_whole(std::string_view solver_class, std::string_view plan_function) {
  const auto open = [](std::string_view text) {
    int depth = 0;
    for (const char c : text)
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
    return depth;
  };
  return open(solver_class) + open(plan_function) == 0 && open(solver_class) >= 0;
}

/// Hidden: a static of a visible inline function is one for the whole process.
inline const lockstep_library* own_library() {
  const auto& models = registered_models();
  static const auto wrong = doubled_names().empty() ? std::string{} : doubled_names().front();
  static const lockstep_library library{abi_number,    models.size(),    models.data(),
                                        codec_version, own_byte_order(), wrong.c_str()};
  return &library;
}

#pragma GCC visibility pop

} // namespace lockstep::detail

extern "C" {

/// The one symbol that the runtime looks up in a model's library. What it gives lives as long as
/// the library.
[[gnu::visibility("default"), gnu::used]] inline const lockstep_library* lockstep_library_entry() {
  return lockstep::detail::own_library();
}

} // extern "C"

#define LOCKSTEP_CONCATENATE_(a, b) a##b
#define LOCKSTEP_CONCATENATE(a, b) LOCKSTEP_CONCATENATE_(a, b)

/// Registers a model: LOCKSTEP_MODEL("name", solver_class, plan_function), followed, if wished, by
/// a sentence for people, the parameters that it takes, and checks of how they go together:
/// `LOCKSTEP_MODEL("tsp", island, plan, "Shortest tour", lockstep::integer("rounds", 100, "…"))`.
/// The solver is constructed from `const lockstep::seat&`. The plan is called with
/// `lockstep::team<solver_class>&` and returns what converts to JSON, or nothing. At namespace
/// scope, once per model; several models may share a library.
#define LOCKSTEP_MODEL(name, solver_class, plan_function, ...)                                     \
  static_assert(::lockstep::detail::are_whole(#solver_class, #plan_function),                      \
                "LOCKSTEP_MODEL: the preprocessor cuts a name at its commas; give the class or "   \
                "function a name without: using my_solver = grid<double, 3, true>;");              \
  namespace {                                                                                      \
  const ::lockstep::detail::registration<solver_class, plan_function>                              \
      LOCKSTEP_CONCATENATE(lockstep_registration_, __COUNTER__){name __VA_OPT__(, ) __VA_ARGS__};  \
  }
