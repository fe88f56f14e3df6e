// SPDX-License-Identifier: BSD-3-Clause

#include "control/service/rpc_server.hpp"

#include "actors/system/system_configuration.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>
#include <vector>

namespace lockstep {

namespace {

/// The carrier's thread tells of the client's end just when another one hands an answer over.
class racing_carrier final : public carrier {
public:
  explicit racing_carrier(rpc_server& server) : server_(server) {}

  void send(connection_id connection, shared_line) override {
    server_.ended(connection);
    seen.emplace_back("answer");
  }
  void close(connection_id) override { seen.emplace_back("close"); }
  void trust(connection_id) override {}
  void stop() override {}

  std::vector<std::string> seen;

private:
  rpc_server& server_;
};

caf::behavior deaf() {
  return {[](std::uint64_t, std::uint64_t, std::uint8_t, const json&, const std::string&,
             const std::string&) {}};
}

} // namespace

TEST(rpc_server, a_client_that_ends_while_its_answer_is_handed_over_gets_it_before_it_is_closed) {
  prepare_caf();
  system_configuration configuration;
  caf::actor_system system{configuration};
  audit_log audit{""};
  rpc_server server{{}, "0", {}, audit};
  racing_carrier lines{server};
  server.connect(lines, caf::actor_cast<control_actor>(system.spawn(deaf)));
  constexpr connection_id client{1};
  server.opened(client, {"127.0.0.1:1", ::geteuid(), false});
  server.line(client, R"({"jsonrpc":"2.0","id":1,"method":"system.describe"})");
  server.answer(client.value, 1, "described");
  EXPECT_EQ(lines.seen, (std::vector<std::string>{"answer", "close"}));
}

} // namespace lockstep
