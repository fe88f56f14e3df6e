// SPDX-License-Identifier: BSD-3-Clause

#include "node/membership.hpp"

#include "actors/handshake/tls_listener.hpp"
#include "platform/authority/pki_files.hpp"
#include "platform/tokens/admission.hpp"
#include "tests/unit/tls/pki_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <stop_token>
#include <string>

namespace lockstep {

namespace {

using namespace std::chrono_literals;
using test::must;

std::shared_ptr<const tls_context> heads_context(const test::pki_folder& folder) {
  tls_demand demand;
  demand.role = certificate_role::node;
  demand.without_certificate = true;
  return tls_context::load(member_files(folder.path(), head_name), demand).value();
}

} // namespace

TEST(membership, a_machine_whose_first_answer_was_lost_gets_its_certificate_the_next_time) {
  const test::pki_folder folder;
  const authority by{folder.path()};
  const auto made = must(by.init("weather"));
  const auto token = must(token_store{folder.path()}.create(token_kind::join, 1h));
  std::promise<void> gave_up;
  std::stop_source stop;
  std::atomic<int> asked = 0;
  listener_callbacks callbacks;
  callbacks.enrol = [&, too_late = gave_up.get_future().share()](
                        const enrol_request& wanted, const std::optional<certificate_facts>&,
                        const std::string&) -> tl::expected<enrol_answer, refusal> {
    auto done = admit_by_token(by, wanted.token, wanted.request);
    if (++asked == 1) {
      stop.request_stop();
      too_late.wait(); // the answer finds nobody
    }
    if (!done)
      return tl::unexpected(refusal{"the token is used"});
    return enrol_answer{done->issued.certificate, must(by.facts()).certificate,
                        done->issued.revocation};
  };
  const auto context = heads_context(folder);
  const tls_listener head{
      context,
      {.where = {"127.0.0.1", 0}, .own = own_hello(certificate_role::head, "head", "0")},
      callbacks};
  membership_options node;
  node.name = "n1";
  node.identity = folder.beside("identity");
  node.token = to_string(join_token_text{token, made.fingerprint});
  const auto first =
      obtain_membership(node, {head.where()}, {.limit = 60s, .stop = stop.get_token()});
  gave_up.set_value();
  ASSERT_FALSE(first);
  ASSERT_EQ(asked, 1);
  // As the program does that dials again, or is started again.
  const auto second = obtain_membership(node, {head.where()}, {.limit = 60s});
  ASSERT_TRUE(second) << second.error().why;
  EXPECT_EQ((*second)->own()->name, "n1");
}

} // namespace lockstep
