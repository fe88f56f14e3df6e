// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/service/control_part.hpp"

#include "control/service/models/model_look_ups.hpp"

#include "actors/system/system_configuration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct look_ups_of_control : model_look_ups {
  look_ups_of_control(control_actor::pointer self, const controller_actor& controller)
      : model_look_ups(self, controller, "/of/the/head") {}
  look_ups_of_control(control_actor::pointer self, surroundings& among)
      : look_ups_of_control(self, among.controller.handle()) {}
};

/// A catalogue that remembers everything; what it is asked, and what came of that.
class remembering_head : public control_part<look_ups_of_control> {
public:
  void look_up(const json& params) {
    act([&](model_look_ups& models) {
      models.look_up(
          params,
          [this](const std::string& model, const std::string& path, asked) {
            recalled.push_back(model + " in " + path);
            return std::optional<std::string>{model};
          },
          [this](const std::string& found) { used.push_back(found); },
          [this](const rpc_error& error) { refused.push_back(error); });
    });
  }

  std::vector<std::string> recalled;
  std::vector<std::string> used;
  std::vector<rpc_error> refused;
};

/// Words that several threads say, in their order.
class spoken_words {
public:
  void say(const std::string& word) {
    const std::lock_guard lock(mutex_);
    words_.push_back(word);
    changed_.notify_all();
  }

  /// All, once this one is among them.
  std::vector<std::string> until(const std::string& last) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return std::ranges::count(words_, last) > 0; });
    return words_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> words_;
};

caf::behavior ending_controller(caf::event_based_actor*, spoken_words* words) {
  return {[words](const shut_down& asked) {
    words->say(asked.when_idle ? "shut down when idle" : "shut down");
  }};
}

/// With threads, since libraries are tried on one of their own. Here there are none to be tried.
class trying_head {
public:
  using state = control_part_state<look_ups_of_control>;

  trying_head() {
    controller_ = system_.spawn(ending_controller, &words);
    control_ = system_.spawn<caf::stateful_actor<state, control_actor::base>>(
        next_, caf::actor_cast<controller_actor>(controller_));
  }
  ~trying_head() {
    caf::anon_send_exit(control_, caf::exit_reason::kill);
    caf::anon_send_exit(controller_, caf::exit_reason::kill);
  }
  trying_head(const trying_head&) = delete;
  trying_head& operator=(const trying_head&) = delete;

  /// On the actor's thread. Does not wait.
  void act(state::deed deed) {
    *next_ = std::move(deed);
    caf_compat::anon_send(control_, connection_closed{});
  }

  /// Looks for a model that is known after a trial, or not even then.
  void look_up(model_look_ups& models, bool is_known_then) {
    models.look_up(
        {{"model", "of_no_library"}},
        [this, is_known_then](const std::string&, const std::string&, asked when) {
          words.say(when == asked::first ? "is it known?" : "is it known now?");
          return when == asked::after_trial && is_known_then ? std::optional{true} : std::nullopt;
        },
        [this](bool) { words.say("it is"); },
        [this](const rpc_error& error) { words.say(std::to_string(error.code)); });
  }

  spoken_words words; ///< outlives all who say some

private:
  system_configuration configuration_;
  caf::actor_system system_{(prepare_caf(), configuration_)};
  std::shared_ptr<state::deed> next_ = std::make_shared<state::deed>();
  caf::actor controller_;
  control_actor control_;
};

} // namespace

TEST(model_look_ups, the_folders_of_a_client_are_looked_at_before_those_of_the_head) {
  remembering_head head;
  head.look_up({{"model", "pi"}});
  head.look_up({{"model", "pi"}, {"search_path", "/mine:/ours"}});
  EXPECT_THAT(head.recalled, ElementsAre("pi in /of/the/head", "pi in /mine:/ours:/of/the/head"));
  EXPECT_THAT(head.used, ElementsAre("pi", "pi"));
}

TEST(model_look_ups, a_folder_that_is_relative_is_refused_since_nobody_knows_to_what) {
  remembering_head head;
  head.look_up({{"model", "pi"}, {"search_path", "/mine::models:more"}});
  ASSERT_EQ(head.refused.size(), 1U);
  EXPECT_EQ(head.refused[0].code, rpc_code::invalid_params);
  EXPECT_THAT(head.refused[0].message, HasSubstr("\"models\""));
  EXPECT_THAT(head.recalled, IsEmpty());
}

TEST(model_look_ups, what_is_not_known_is_tried_and_looked_up_again) {
  trying_head head;
  head.act([&](model_look_ups& models) { head.look_up(models, true); });
  EXPECT_THAT(head.words.until("it is"), ElementsAre("is it known?", "is it known now?", "it is"));
}

TEST(model_look_ups, what_is_not_even_known_after_its_trial_is_refused) {
  trying_head head;
  const auto refusal = std::to_string(rpc_code::model_refused);
  head.act([&](model_look_ups& models) { head.look_up(models, false); });
  EXPECT_THAT(head.words.until(refusal), ElementsAre("is it known?", "is it known now?", refusal));
}

TEST(model_look_ups, an_end_when_idle_comes_behind_what_is_tried_for_others) {
  trying_head head;
  head.act([&](model_look_ups& models) {
    head.look_up(models, true);
    head.look_up(models, false);
    models.end_when_idle();
  });
  const auto words = head.words.until("shut down when idle");
  EXPECT_EQ(words.size(), 7U);
  EXPECT_EQ(words.back(), "shut down when idle");
}

TEST(model_look_ups, an_end_when_idle_comes_at_once_where_nothing_is_tried) {
  remembering_head head;
  head.look_up({{"model", "pi"}});
  head.act([](model_look_ups& models) { models.end_when_idle(); });
  EXPECT_THAT(head.controller.told(), ElementsAre("shut down when idle"));
}

TEST(model_look_ups, a_name_that_was_not_found_is_another_error_than_a_library_that_was_refused) {
  remembering_head head;
  head.act([](model_look_ups& models) {
    const auto unknown = models.library_error({"pi", "there is no such model"}, json::object());
    EXPECT_EQ(unknown.code, rpc_code::no_such_model);
    EXPECT_THAT(unknown.data.dump(), HasSubstr("/of/the/head"));
    const auto of_client =
        models.library_error({"pi", "there is no such model"}, {{"search_path", "/mine"}});
    EXPECT_EQ(of_client.code, rpc_code::no_such_model);
    EXPECT_THAT(of_client.data.dump(), HasSubstr("/mine, then in the folders of the head"));
    const auto refused = models.library_error({"/mine/pi.so", "its ABI is 1"}, json::object());
    EXPECT_EQ(refused.code, rpc_code::model_refused);
    EXPECT_EQ(refused.message, "Model library /mine/pi.so: its ABI is 1.");
  });
}

} // namespace lockstep
