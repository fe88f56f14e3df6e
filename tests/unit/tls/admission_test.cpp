// SPDX-License-Identifier: BSD-3-Clause

#include "tests/error_of.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include "platform/certificates/certificate_request.hpp"
#include "platform/tokens/admission.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace lockstep {

namespace {

using test::error_of;
using test::holds;
using test::must;
using test::pki_folder;
using namespace std::chrono_literals;

class admission : public testing::Test {
protected:
  admission() { must(folder.by().init("weather")); }

  [[nodiscard]] std::string join_token() const {
    return to_string(must(store.create(token_kind::join, 1h)));
  }

  static bool is_used(const tl::expected<admitted, admission_refusal>& outcome) {
    const auto* refused = outcome ? nullptr : std::get_if<token_refusal>(&outcome.error());
    return refused != nullptr && refused->why == token_refusal::reason::used;
  }

  pki_folder folder;
  token_store store{folder.path(), folder.clock()};
};

} // namespace

TEST_F(admission, a_token_lets_one_machine_in) {
  const auto token = join_token();
  const auto first = admit_by_token(folder.by(), token, must(make_request("n1")).request);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->issued.facts.name, "n1");
  EXPECT_EQ(first->token.id, token.substr(0, 8));
  EXPECT_TRUE(is_used(admit_by_token(folder.by(), token, must(make_request("n2")).request)));
  EXPECT_EQ(must(folder.by().list()).size(), 2U) << "the head's and the first machine's";
}

TEST_F(admission, a_machine_whose_answer_was_lost_asks_again_with_the_same_key) {
  const auto token = join_token();
  const auto made = must(make_request("n1"));
  const auto again = [&] {
    return admit_by_token(folder.by(), token, must(make_request("n1", made.key)));
  };
  ASSERT_TRUE(again());
  const auto second = again();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->issued.facts.name, "n1");
  // The key alone, or the name alone, is not enough.
  EXPECT_TRUE(is_used(admit_by_token(folder.by(), token, must(make_request("n1")).request)));
  EXPECT_TRUE(is_used(admit_by_token(folder.by(), token, must(make_request("n2", made.key)))));
  EXPECT_TRUE(is_used(admit_by_token(folder.by(), token, "nonsense")));
  must(folder.by().revoke("n1"));
  EXPECT_TRUE(is_used(again())) << "who was shut out stays out";
}

TEST_F(admission, nobody_asks_again_once_the_token_would_have_expired) {
  const auto token = join_token();
  const auto made = must(make_request("n1"));
  ASSERT_TRUE(admit_by_token(folder.by(), token, made.request));
  folder.advance(1h);
  EXPECT_TRUE(std::holds_alternative<token_refusal>(
      error_of(admit_by_token(folder.by(), token, made.request))));
}

TEST_F(admission, a_request_that_is_refused_leaves_the_token_as_it_was) {
  const auto token = join_token();
  must(folder.by().issue("n1", certificate_role::node));
  for (const auto& request : {must(make_request("n1")).request, std::string{"nonsense"}}) {
    const auto refused = admit_by_token(folder.by(), token, request);
    EXPECT_TRUE(std::holds_alternative<pki_error>(error_of(refused)));
  }
  EXPECT_TRUE(admit_by_token(folder.by(), token, must(make_request("n2")).request));
}

TEST_F(admission, without_a_right_token_a_request_is_not_even_looked_at) {
  const auto control = to_string(must(store.create(token_kind::admin, 1h)));
  for (const std::string& token : {std::string{}, control, "0123abcd." + std::string(64, '0')})
    EXPECT_TRUE(std::holds_alternative<token_refusal>(
        error_of(admit_by_token(folder.by(), token, "nonsense"))));
}

TEST_F(admission, the_authoritys_own_trouble_is_told_to_the_operator_only) {
  const auto token = join_token();
  std::filesystem::remove(folder.path() / "ca-key.pem");
  const auto refused = std::get<token_refusal>(
      error_of(admit_by_token(folder.by(), token, must(make_request("n1")).request)));
  EXPECT_EQ(refused.why, token_refusal::reason::store_failed);
  EXPECT_TRUE(holds(refused.text, "ca-key.pem is missing"));
  EXPECT_FALSE(holds(to_string(refused), "pem"));
}

TEST_F(admission, of_many_threads_with_one_token_one_gets_in) {
  const auto token = join_token();
  std::atomic<int> in = 0, told = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 8; ++i)
    all.emplace_back([&, request = must(make_request("n" + std::to_string(i))).request] {
      const auto outcome = admit_by_token(folder.by(), token, request);
      in += outcome ? 1 : 0;
      told += is_used(outcome) ? 1 : 0;
    });
  for (auto& one : all)
    one.join();
  EXPECT_EQ(in, 1);
  EXPECT_EQ(told, 7);
}

TEST_F(admission, of_many_processes_with_one_token_one_takes_it) {
  const auto token = join_token();
  std::array<int, 2> gate{};
  ASSERT_EQ(::pipe(gate.data()), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const auto child = ::fork();
    if (child == 0) {
      char byte = 0;
      ::close(gate[1]);
      if (::read(gate[0], &byte, 1) != 0) // until the parent opens it for all at once
        ::_exit(9);
      ::_exit(store.take(token) ? 1 : 0);
    }
    children.push_back(child);
  }
  ::close(gate[0]);
  ::close(gate[1]);
  int took = 0;
  for (const auto child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= 1) << status;
    took += WEXITSTATUS(status);
  }
  EXPECT_EQ(took, 1);
}

TEST_F(admission, certificates_issued_at_the_same_time_all_stand_in_the_index) {
  std::vector<std::thread> all;
  for (int i = 0; i < 4; ++i)
    all.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k)
        must(folder.by().issue("n" + std::to_string(i), certificate_role::node));
    });
  for (auto& one : all)
    one.join();
  EXPECT_EQ(must(folder.by().list()).size(), 21U);
}

} // namespace lockstep
