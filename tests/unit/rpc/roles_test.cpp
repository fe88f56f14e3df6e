// SPDX-License-Identifier: BSD-3-Clause

#include "control/rpc/session.hpp"
#include "tests/role_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lockstep {

namespace {

std::string request(std::string_view method, json params = json::object()) {
  return json{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}}
      .dump();
}

/// The code of the error that answers a line; 0 if it becomes a call.
int code_of(session& client, const std::string& line) {
  const auto output = client.on_line(line);
  return output.lines.empty() ? 0 : json::parse(output.lines.front())["error"]["code"].get<int>();
}

session with(access_role role) {
  return session{{}, "0", role};
}

} // namespace

TEST(roles, they_are_ordered_and_have_names) {
  EXPECT_LT(access_role::none, access_role::read);
  EXPECT_LT(access_role::read, access_role::operate);
  EXPECT_LT(access_role::operate, access_role::admin);
  for (const auto role :
       {access_role::none, access_role::read, access_role::operate, access_role::admin})
    EXPECT_EQ(parse_role(to_string(role)), role);
  EXPECT_EQ(parse_role("root"), std::nullopt);
}

TEST(roles, only_authenticating_needs_none_and_only_looking_needs_read) {
  std::set<std::string_view> operate;
  std::set<std::string_view> admin;
  for (const auto& method : methods()) {
    EXPECT_EQ(method.role == access_role::none, method.name == "session.authenticate");
    if (method.role == access_role::operate)
      operate.insert(method.name);
    if (method.role == access_role::admin)
      admin.insert(method.name);
  }
  EXPECT_EQ(operate,
            (std::set<std::string_view>{"runs.start", "runs.pause", "runs.resume", "runs.cancel"}));
  EXPECT_EQ(admin, (std::set<std::string_view>{"nodes.drain", "system.terminate"}));
}

TEST(roles, without_one_nothing_but_authenticating_is_answered) {
  session client;
  for (const auto* method : {"system.describe", "rpc.discover", "runs.start", "no.such"})
    EXPECT_EQ(code_of(client, request(method)), rpc_code::unauthenticated) << method;
  EXPECT_EQ(code_of(client, request("session.authenticate", {{"token", "x"}})), 0);
}

TEST(roles, each_may_call_what_it_is_for_and_nothing_above) {
  const json run{{"run", "r1"}};
  auto reader = with(access_role::read);
  EXPECT_EQ(code_of(reader, request("runs.get", run)), 0);
  EXPECT_EQ(code_of(reader, request("runs.cancel", run)), rpc_code::forbidden);
  EXPECT_EQ(code_of(reader, request("system.terminate")), rpc_code::forbidden);
  auto operating = with(access_role::operate);
  EXPECT_EQ(code_of(operating, request("runs.get", run)), 0);
  EXPECT_EQ(code_of(operating, request("runs.cancel", run)), 0);
  EXPECT_EQ(code_of(operating, request("system.terminate")), rpc_code::forbidden);
  auto admin = with(access_role::admin);
  EXPECT_EQ(code_of(admin, request("system.terminate")), 0);
}

TEST(roles, a_refused_call_is_told_for_the_audit_even_as_a_notification) {
  auto reader = with(access_role::read);
  const auto output = reader.on_line(R"({"jsonrpc":"2.0","method":"system.terminate"})");
  EXPECT_TRUE(output.lines.empty());
  EXPECT_TRUE(output.calls.empty());
  ASSERT_EQ(output.refused.size(), 1U);
  EXPECT_EQ(output.refused[0].method, "system.terminate");
  EXPECT_EQ(output.refused[0].code, rpc_code::forbidden);
}

TEST(roles, the_error_names_the_role_that_is_needed_and_how_to_get_it) {
  auto reader = with(access_role::read);
  const auto line = json::parse(reader.on_line(request("system.terminate")).lines.at(0));
  EXPECT_EQ(line["error"]["message"],
            "system.terminate needs the role admin, and this connection has read.");
  EXPECT_NE(
      line["error"]["data"]["hint"].get<std::string>().find("control token create --role admin"),
      std::string::npos);
}

TEST(roles, a_path_is_for_admins_and_folders_are_for_the_heads_own_user) {
  const json path{{"model", "./m.so"}};
  const json folders{{"model", "m"}, {"search_path", "/models"}};
  for (const auto role : {access_role::read, access_role::operate}) {
    auto client = with(role);
    EXPECT_EQ(code_of(client, request("models.describe", {{"model", "m"}})), 0);
    EXPECT_EQ(code_of(client, request("models.describe", path)), rpc_code::forbidden);
    EXPECT_EQ(code_of(client, request("models.describe", {"./m.so"})), rpc_code::forbidden);
    EXPECT_EQ(code_of(client, request("runs.start", path)), rpc_code::forbidden);
    EXPECT_EQ(code_of(client, request("models.describe", folders)), rpc_code::forbidden);
  }
  auto elsewhere = with(access_role::admin);
  EXPECT_EQ(code_of(elsewhere, request("runs.start", path)), 0);
  EXPECT_EQ(code_of(elsewhere, request("runs.start", folders)), rpc_code::forbidden);
  session own{{}, "0", access_role::admin, true};
  EXPECT_EQ(code_of(own, request("runs.start", folders)), 0);
  session reader_of_own_user{{}, "0", access_role::read, true};
  EXPECT_EQ(code_of(reader_of_own_user, request("models.list", {{"search_path", "/models"}})),
            rpc_code::forbidden);
}

TEST(roles, the_audit_is_told_which_path_was_refused) {
  const json by_name{{"model", "/tmp/m.so"}};
  const json by_position = json::array({"/tmp/m.so"});
  for (const auto* method : {"models.describe", "runs.start"}) // the role reaches to the first only
    for (const auto& params : {by_name, by_position}) {
      auto reader = with(access_role::read);
      const auto output = reader.on_line(request(method, params));
      ASSERT_EQ(output.refused.size(), 1U);
      EXPECT_EQ(output.refused[0].method, method);
      EXPECT_EQ(output.refused[0].files, by_name);
    }
}

TEST(roles, wrong_params_keep_no_path_out_of_the_audit) {
  auto reader = with(access_role::read);
  for (const auto& params : {json{{"model", "/tmp/m.so"}, {"no_such", 1}},
                             json{{"model", "/tmp/m.so"}, {"solvers", "all"}}}) {
    const auto output = reader.on_line(request("runs.start", params));
    ASSERT_EQ(output.refused.size(), 1U);
    EXPECT_EQ(output.refused[0].files, json({{"model", "/tmp/m.so"}}));
  }
  EXPECT_EQ(reader.on_line(request("runs.start", {{"model", {{"a", 1}}}})).refused.at(0).files,
            json::object());
  // A method that the role reaches, with a path that it does not.
  const auto looked =
      reader.on_line(request("models.describe", {{"model", "/tmp/m.so"}, {"no_such", 1}}));
  ASSERT_EQ(looked.refused.size(), 1U);
  EXPECT_EQ(looked.refused[0].code, rpc_code::forbidden);
  EXPECT_EQ(looked.refused[0].files, json({{"model", "/tmp/m.so"}}));
}

TEST(roles, each_row_of_the_documents_table_is_what_a_session_does) {
  std::multiset<std::string> methods_told;
  for (const auto& row : test::rows_of_role_table()) {
    methods_told.insert(row.method);
    for (const auto role :
         {access_role::none, access_role::read, access_role::operate, access_role::admin}) {
      session client{{}, "0", role, true};
      const auto output = client.on_line(request(row.method, row.params));
      const bool is_allowed = output.refused.empty();
      EXPECT_EQ(is_allowed, role >= row.role) << row.text << " as " << to_string(role);
    }
  }
  for (const auto& method : methods()) {
    std::size_t rows = 1;
    for (const auto& param : method.params)
      rows += param.reach == param_reach::nothing ? 0 : 1;
    EXPECT_EQ(methods_told.count(std::string{method.name}), rows) << method.name;
  }
}

TEST(roles, a_role_that_is_given_later_counts_from_then_on) {
  session client;
  EXPECT_EQ(code_of(client, request("nodes.list")), rpc_code::unauthenticated);
  client.set_role(access_role::read);
  EXPECT_EQ(code_of(client, request("nodes.list")), 0);
  client.set_role(access_role::none);
  EXPECT_EQ(code_of(client, request("nodes.list")), rpc_code::unauthenticated);
}

TEST(roles, an_error_never_quotes_what_may_be_a_token) {
  const std::string secret = "0123456789abcdef";
  for (const auto role : {access_role::none, access_role::admin})
    for (const auto& line :
         {R"({"jsonrpc":"2.0","id":1,"method":"session.authenticate","params":{"token":")" + secret,
          request("session.authenticate", {{"token", json::array({secret})}}),
          request("session.authenticate", {{"token", "x"}, {"other", secret}}),
          request("session.authenticate", json::array({"x", secret}))}) {
      auto client = with(role);
      const auto output = client.on_line(line);
      ASSERT_EQ(output.lines.size(), 1U) << line;
      EXPECT_EQ(output.lines[0].find(secret), std::string::npos) << output.lines[0];
    }
}

} // namespace lockstep
