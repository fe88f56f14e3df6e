// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/handles.hpp"

#include <caf/actor_cast.hpp>
#include <caf/config.hpp>
#include <caf/message.hpp>

#if CAF_MAJOR_VERSION >= 1
#include <caf/test/fixture/deterministic.hpp>
#include <caf/test/scenario.hpp>
#include <caf/test/suite.hpp>
#else
#define CAF_SUITE protocol
#define CAF_TEST_NO_MAIN
#include <caf/test/bdd_dsl.hpp>
// The functions below have these names, in both versions.
#undef expect
#undef inject
#undef allow
#undef disallow
#endif

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

/// CAF's own support for tests of protocols, with one spelling for both of its versions: 0.18's
/// `test_coordinator_fixture` with its clauses, and 1.1's `fixture::deterministic`. `SCENARIO`,
/// `GIVEN`, `WHEN` and `THEN` are CAF's in both; a scenario has one `WHEN`, and that one `THEN`.

namespace lockstep {

template <class Handle>
caf::strong_actor_ptr address_of(const Handle& who) {
  return caf::actor_cast<caf::strong_actor_ptr>(who);
}

/// Whether an element of a message is as wanted: by a predicate, or equal to a value.
template <class T, class Wanted>
bool fits(const T& found, const Wanted& wanted) {
  if constexpr (std::is_invocable_r_v<bool, const Wanted&, const T&>)
    return wanted(found);
  else
    return found == wanted;
}

/// An error of this code, whatever it says.
inline auto is_error(errc wanted) {
  return [wanted](const caf::error& found) { return found == wanted; };
}

#if CAF_MAJOR_VERSION >= 1

using fixture_of_caf = caf::test::fixture::deterministic;
using code_place = caf::detail::source_location;
/// What a watcher is told when somebody that it watches is gone.
using end_of_watched = caf::action;

#else

using fixture_of_caf = test_coordinator_fixture<>;
using end_of_watched = caf::down_msg;

/// The line of whoever calls a function that has this as its last argument's default.
struct code_place {
  int line = 0;
  static constexpr code_place current(int line = __builtin_LINE()) { return {line}; }
};

#endif

/// Whether a message of these elements is as wanted.
template <class... Ts>
using message_predicate = std::function<bool(const Ts&...)>;

/// From a value or a predicate for each element.
template <class... Ts, class... Wanted>
message_predicate<Ts...> elements(Wanted... wanted) {
  static_assert(sizeof...(Wanted) == sizeof...(Ts));
  return [all = std::tuple{std::move(wanted)...}](const Ts&... found) {
    return std::apply([&](const auto&... each) { return (fits(found, each) && ...); }, all);
  };
}

/// A message that must be the next one to its receiver. `to` comes last: it looks, and the receiver
/// takes the message.
template <class... Ts>
class expected_message {
public:
  expected_message(fixture_of_caf& fixture, code_place where) : fixture_(fixture), where_(where) {}

  /// A value or a predicate for each element.
  template <class... Wanted>
  expected_message&& with(Wanted... wanted) && {
    fits_ = elements<Ts...>(std::move(wanted)...);
    return std::move(*this);
  }

  template <class Handle>
  expected_message&& from(const Handle& whom) && {
    from_ = address_of(whom);
    return std::move(*this);
  }

  template <class Handle>
  void to(const Handle& whom) && {
    look_and_take(address_of(whom));
  }

private:
  void look_and_take(const caf::strong_actor_ptr& whom);

  fixture_of_caf& fixture_;
  code_place where_;
  message_predicate<Ts...> fits_; ///< none: any of these types
  caf::strong_actor_ptr from_;    ///< none: whoever it is
};

/// A message that must not wait for its receiver. `to` comes last and looks.
template <class... Ts>
class disallowed_message {
public:
  disallowed_message(fixture_of_caf& fixture, code_place where)
      : fixture_(fixture), where_(where) {}

  /// A value or a predicate for each element.
  template <class... Wanted>
  disallowed_message&& with(Wanted... wanted) && {
    fits_ = elements<Ts...>(std::move(wanted)...);
    return std::move(*this);
  }

  template <class Handle>
  void to(const Handle& whom) && {
    look(address_of(whom));
  }

private:
  void look(const caf::strong_actor_ptr& whom);

  fixture_of_caf& fixture_;
  code_place where_;
  message_predicate<Ts...> fits_; ///< none: any of these types
};

#if CAF_MAJOR_VERSION >= 1

/// What waits for a receiver, the oldest first.
inline std::vector<caf::message> mail_of(fixture_of_caf& fixture,
                                         const caf::strong_actor_ptr& whom) {
  std::vector<caf::message> all;
  fixture.for_each_message(whom, [&all](const caf::message& each) { all.push_back(each); });
  return all;
}

template <class... Ts>
bool is_such(const caf::message& found, const message_predicate<Ts...>& fits) {
  if constexpr (sizeof...(Ts) == 0) {
    return found.empty();
  } else {
    const auto view = caf::make_const_typed_message_view<Ts...>(found);
    return view && (!fits || std::apply(fits, caf::to_tuple(view)));
  }
}

template <class... Ts>
void expected_message<Ts...>::look_and_take(const caf::strong_actor_ptr& whom) {
  auto& scenario = caf::test::runnable::current();
  auto mail = mail_of(fixture_, whom);
  if (mail.empty())
    scenario.fail({"there is no message for the receiver", where_});
  if (!is_such(mail.front(), fits_))
    scenario.fail({"the next message is not the expected one: {}", where_},
                  caf::deep_to_string(mail.front()));
  if constexpr (sizeof...(Ts) == 0) { // which CAF 1.1's own `expect` never finds
    if (fixture_.mail_count() != mail.size())
      scenario.fail({"somebody else has a message to take first", where_});
    fixture_.dispatch_message();
    caf::test::reporter::instance().pass(where_);
    return;
  }
  mail.clear(); // who takes a message may change it in place, unless others hold it
  auto next = fixture_.expect<Ts...>(where_);
  if (from_)
    std::move(next).from(from_).to(whom);
  else
    std::move(next).to(whom);
}

// CAF 1.1's own `disallow` fails on every message but the one that it was told.
template <class... Ts>
void disallowed_message<Ts...>::look(const caf::strong_actor_ptr& whom) {
  for (const auto& each : mail_of(fixture_, whom))
    if (is_such(each, fits_))
      caf::test::runnable::current().fail({"a message that must not come: {}", where_},
                                          caf::deep_to_string(each));
}

#else

template <class... Ts>
void expected_message<Ts...>::look_and_take(const caf::strong_actor_ptr& whom) {
  expect_clause<Ts...> next{fixture_.sched, where_.line};
  if (from_)
    next.from(from_);
  next.to(whom);
  if (const auto found = extract<Ts...>(whom, where_.line); fits_ && !std::apply(fits_, found))
    CAF_FAIL("the next message is not the expected one: " << caf::deep_to_string(found),
             where_.line);
  next.eval("", "");
  caf::test::engine::current_test()->pass();
}

template <class... Ts>
void disallowed_message<Ts...>::look(const caf::strong_actor_ptr& whom) {
  const auto found = try_extract<Ts...>(whom);
  if (found && (!fits_ || std::apply(fits_, *found)))
    CAF_FAIL("a message that must not come: " << caf::deep_to_string(*found), where_.line);
}

#endif

/// A message that the test sends for somebody. `to` comes last: it sends, and the receiver takes
/// the message.
template <class... Ts>
class injected {
public:
  injected(fixture_of_caf& fixture, code_place where, std::tuple<Ts...> what)
      : fixture_(fixture), where_(where), what_(std::move(what)) {}

  template <class Handle>
  injected&& from(const Handle& whom) && {
    from_ = address_of(whom);
    return std::move(*this);
  }

  template <class Handle>
  void to(const Handle& whom) && {
    const auto receiver = address_of(whom);
#if CAF_MAJOR_VERSION >= 1
    // CAF 1.1's own `inject` compares what was sent, and few of our messages can be compared.
    receiver->enqueue(caf::make_mailbox_element(from_, caf::make_message_id(), message()), nullptr);
    expected_message<Ts...>{fixture_, where_}.to(receiver);
#else
    inject_clause<Ts...> clause{fixture_.sched, where_.line};
    if (from_)
      clause.from(from_);
    std::apply([&](auto&... each) { clause.to(receiver).with(std::move(each)...); }, what_);
    clause.eval("", "");
#endif
  }

private:
  caf::message message() {
    return std::apply([](auto&... each) { return caf::make_message(std::move(each)...); }, what_);
  }

  fixture_of_caf& fixture_;
  code_place where_;
  std::tuple<Ts...> what_;
  caf::strong_actor_ptr from_;
};

/// The start of an `inject`.
struct injection {
  fixture_of_caf& fixture;
  code_place where;

  template <class... Ts>
  injected<Ts...> with(Ts... what) {
    return {fixture, where, std::tuple<Ts...>{std::move(what)...}};
  }
};

} // namespace lockstep
