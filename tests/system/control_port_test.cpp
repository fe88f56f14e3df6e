// SPDX-License-Identifier: BSD-3-Clause

#include "tests/system/fixtures/programs.hpp"
#include "tests/unit/carriers/control_pki.hpp"
#include "tests/unit/carriers/other_user.hpp"
#include "tests/unit/carriers/test_client.hpp"

#include "control/rpc/error.hpp"
#include "tests/folders.hpp"
#include "tests/holds.hpp"
#include "tests/role_table.hpp"
#include "tests/text_of.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lockstep {

namespace {

namespace fs = std::filesystem;
using test::client;
using test::control_pki;
using test::holds;
using test::text_of;

/// A head without a node, its audit in a file.
class guarded_head {
public:
  explicit guarded_head(std::vector<std::string> options = {"--tls"},
                        const std::string& listen = "127.0.0.1:0") {
    // What a library of the tests waits for, were it loaded.
    ::setenv("LOCKSTEP_TEST_GATE", pki.path("gate").c_str(), 1);
    std::ofstream{pki.path("gate")} << "open";
    (void)pki.token(token_kind::admin); // without one it does not start
    options.insert(options.begin(),
                   {"serve", "--listen", listen, "--no-node", "--quiet", "--pki", pki.folder(),
                    "--audit-file", audit_file(), "--connection-file", place()});
    child_ = start_program("control", options, true);
    ::unsetenv("LOCKSTEP_TEST_GATE");
    if (!becomes_true([this] { return fs::exists(place()); }))
      throw std::runtime_error("the head did not start");
    where = parse_address(json::parse(text_of(place())).at("control").get<std::string>()).value();
  }
  ~guarded_head() {
    ::kill(child_.pid, SIGKILL);
    reap(child_);
  }
  guarded_head(const guarded_head&) = delete;
  guarded_head& operator=(const guarded_head&) = delete;

  [[nodiscard]] std::string audit_file() const { return pki.path("audit.log"); }
  [[nodiscard]] std::string place() const { return pki.path("connection.json"); }
  [[nodiscard]] std::string audit() const { return text_of(audit_file()); }
  [[nodiscard]] bool audit_comes_to_hold(const std::string& part) const {
    return becomes_true([&] { return holds(audit(), part); });
  }
  [[nodiscard]] connection connect(token_kind kind) const {
    return connection{pki.access(where, pki.token(kind))};
  }
  void signal(int number) const { ::kill(child_.pid, number); }

  control_pki pki;
  address where;

private:
  child_process child_;
};

int code_of(connection& link, const std::string& method, json params = json::object()) {
  try {
    link.call(method, std::move(params));
  } catch (const call_failed& failed) {
    return failed.code;
  }
  return 0;
}

/// Runs `control` with a token in its environment.
ended_program run_with_token(const std::string& token, const std::vector<std::string>& words) {
  ::setenv("LOCKSTEP_TOKEN", token.c_str(), 1);
  auto ended = run_control(words);
  ::unsetenv("LOCKSTEP_TOKEN");
  return ended;
}

} // namespace

TEST(control_port, beyond_loopback_it_does_not_start_without_certificates_and_a_token) {
  const control_pki pki;
  const auto without = run_control(
      {"serve", "--listen", "0.0.0.0:0", "--no-node", "--pki", pki.path("nothing-here")});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_TRUE(holds(without.output, "control pki init --pki " + pki.path("nothing-here")))
      << without.output;
  EXPECT_TRUE(holds(without.output, "control token create --role admin")) << without.output;
  const auto without_token =
      run_control({"serve", "--listen", "0.0.0.0:0", "--no-node", "--pki", pki.folder()});
  EXPECT_EQ(without_token.exit_code, 2);
  EXPECT_TRUE(holds(without_token.output, "there is no token that is valid"))
      << without_token.output;
  EXPECT_FALSE(holds(without_token.output, "pki init")) << without_token.output;
}

TEST(control_port, each_role_may_do_what_it_is_for) {
  const guarded_head head;
  auto reader = head.connect(token_kind::read);
  EXPECT_EQ(reader.call("system.describe").at("name"), "lockstep");
  EXPECT_EQ(code_of(reader, "runs.cancel", {{"run", "r1"}}), rpc_code::forbidden);
  EXPECT_EQ(code_of(reader, "system.terminate"), rpc_code::forbidden);
  auto operating = head.connect(token_kind::operate);
  EXPECT_EQ(code_of(operating, "runs.cancel", {{"run", "r1"}}), rpc_code::no_such_run);
  EXPECT_EQ(code_of(operating, "system.terminate"), rpc_code::forbidden);
  auto admin = head.connect(token_kind::admin);
  EXPECT_EQ(code_of(admin, "system.terminate"), 0);
  EXPECT_TRUE(head.audit_comes_to_hold(R"("what":"head.ends")"));
  const auto audit = head.audit();
  for (const auto* part :
       {R"("what":"session.authenticated")", R"("what":"call.forbidden")",
        R"("method":"system.terminate")", R"("what":"runs.cancel")", R"("run":"r1")",
        R"("what":"system.terminate")", "(admin)", R"("from":"127.0.0.1:)"})
    EXPECT_TRUE(holds(audit, part)) << part << '\n' << audit;
}

TEST(control_port, each_row_of_the_documents_table_of_roles_holds_for_real_tokens) {
  const guarded_head head;
  auto reader = head.connect(token_kind::read);
  auto operating = head.connect(token_kind::operate);
  auto admin = head.connect(token_kind::admin);
  auto rows = test::rows_of_role_table();
  ASSERT_GT(rows.size(), methods().size());
  // What ends the head comes last.
  std::ranges::stable_partition(rows,
                                [](const auto& row) { return row.method != "system.terminate"; });
  for (const auto& row : rows) {
    if (row.role == access_role::none)
      continue; // showing a token; other tests do it
    const auto is_forbidden = [&](connection& link) {
      return code_of(link, row.method, row.params) == rpc_code::forbidden;
    };
    EXPECT_EQ(is_forbidden(reader), row.role > access_role::read) << row.text;
    EXPECT_EQ(is_forbidden(operating), row.role > access_role::operate) << row.text;
    EXPECT_FALSE(is_forbidden(admin)) << row.text;
  }
}

TEST(control_port, only_an_admins_token_makes_the_head_load_a_file_and_each_attempt_is_audited) {
  const guarded_head head;
  const auto gate = head.pki.path("gate");
  const auto tries = [&] { return text_of(gate + ".tries"); };
  const auto library = (test_folders::test_libraries() / "gated.so").string();
  const json file{{"model", library}};
  for (const auto kind : {token_kind::read, token_kind::operate}) {
    auto link = head.connect(kind);
    EXPECT_EQ(code_of(link, "models.describe", file), rpc_code::forbidden);
    EXPECT_EQ(code_of(link, "runs.start", file), rpc_code::forbidden);
  }
  EXPECT_EQ(tries(), "") << "the library was not even opened";
  auto admin = head.connect(token_kind::admin);
  EXPECT_EQ(code_of(admin, "models.describe", file), 0);
  EXPECT_NE(tries(), "");
  EXPECT_EQ(code_of(admin, "models.describe", {{"model", "/no/such.so"}}), rpc_code::model_refused);
  EXPECT_TRUE(head.audit_comes_to_hold(R"("model":"/no/such.so")"));
  const auto audit = head.audit();
  const auto forbidden = R"("method":"models.describe","model":")" + library;
  EXPECT_TRUE(holds(audit, forbidden)) << audit;
  EXPECT_TRUE(holds(audit, R"("method":"runs.start")")) << audit;
  EXPECT_TRUE(holds(audit, R"("what":"models.describe")")) << audit;
}

TEST(control_port, without_a_valid_token_nothing_is_answered_and_no_token_is_written_anywhere) {
  const guarded_head head;
  connection nobody{head.pki.access(head.where)};
  EXPECT_EQ(code_of(nobody, "system.describe"), rpc_code::unauthenticated);
  auto wrong = head.pki.token(token_kind::admin);
  const auto secret = wrong.substr(wrong.find('.') + 1);
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  EXPECT_EQ(code_of(nobody, "session.authenticate", {{"token", wrong}}), rpc_code::unauthenticated);
  EXPECT_EQ(code_of(nobody, "session.authenticate", {{"token", "no token"}}),
            rpc_code::unauthenticated);
  EXPECT_EQ(code_of(nobody, "system.describe"), rpc_code::unauthenticated);
  EXPECT_TRUE(head.audit_comes_to_hold(R"("why":"malformed")"));
  const auto audit = head.audit();
  EXPECT_TRUE(holds(audit, R"("what":"session.refused")")) << audit;
  EXPECT_TRUE(holds(audit, R"("failures":2)")) << audit;
  EXPECT_FALSE(holds(audit, secret.substr(0, 16))) << audit;
  struct stat facts {};
  ASSERT_EQ(::stat(head.audit_file().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(control_port, a_revoked_token_ends_its_connections) {
  const guarded_head head;
  const auto token = head.pki.token(token_kind::admin);
  connection link{head.pki.access(head.where, token)};
  EXPECT_EQ(code_of(link, "system.describe"), 0);
  ASSERT_TRUE(token_store(head.pki.folder()).revoke(token.substr(0, token.find('.'))));
  EXPECT_TRUE(head.audit_comes_to_hold(R"("what":"session.ended")"));
  EXPECT_THROW(link.call("system.describe"), std::runtime_error);
}

TEST(control_port, the_command_line_reaches_it_by_connection_file_and_by_address) {
  const guarded_head head;
  const auto token = head.pki.token(token_kind::read);
  const auto by_file = run_with_token(token, {"list", "--at", head.place()});
  EXPECT_EQ(by_file.exit_code, 0) << by_file.output;
  const auto by_address =
      run_with_token(token, {"list", "--at", to_string(head.where), "--ca", head.pki.ca()});
  EXPECT_EQ(by_address.exit_code, 0) << by_address.output;

  const auto file = head.pki.path("token");
  std::ofstream{file} << token << '\n';
  fs::permissions(file, fs::perms{0644});
  const auto open_file = run_control({"list", "--at", head.place(), "--token-file", file});
  EXPECT_EQ(open_file.exit_code, 2);
  EXPECT_TRUE(holds(open_file.output, "chmod 600")) << open_file.output;
  fs::permissions(file, fs::perms{0600});
  EXPECT_EQ(run_control({"list", "--at", head.place(), "--token-file", file}).exit_code, 0);

  const auto forbidden = run_with_token(token, {"terminate", "--at", head.place()});
  EXPECT_EQ(forbidden.exit_code, 1);
  EXPECT_TRUE(holds(forbidden.output, "needs the role admin")) << forbidden.output;
}

TEST(control_port, the_owner_of_the_authority_needs_neither_option_nor_token_on_its_machine) {
  const guarded_head head;
  EXPECT_EQ(run_control({"list"}).exit_code, 0);
  EXPECT_EQ(run_control({"list", "--at", head.place()}).exit_code, 0);
  ::setenv("LOCKSTEP_PKI", head.pki.folder().c_str(), 1);
  const auto by_address = run_control({"list", "--at", to_string(head.where)});
  ::unsetenv("LOCKSTEP_PKI");
  EXPECT_EQ(by_address.exit_code, 0) << by_address.output;
  struct stat facts {};
  ASSERT_EQ(::stat(head.pki.path(pki_file::owner_token).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  // One token for all: the folder does not fill up.
  const auto tokens = token_store(head.pki.folder()).list();
  EXPECT_EQ(tokens.value().size(), 2U);

  // Who has the certificate only, as on another machine, still needs a token.
  const auto copy = head.pki.path("elsewhere");
  fs::create_directory(copy);
  fs::copy_file(head.pki.ca(), copy + "/ca.pem");
  const auto without =
      run_control({"list", "--at", to_string(head.where), "--ca", copy + "/ca.pem"});
  EXPECT_EQ(without.exit_code, 1);
  EXPECT_TRUE(holds(without.output, "LOCKSTEP_TOKEN")) << without.output;
}

TEST(control_port, the_owner_reaches_a_head_that_listens_at_all_addresses_without_a_word) {
  for (const std::string host : {"0.0.0.0", "[::]"}) {
    const guarded_head head{{}, host + ":0"};
    EXPECT_TRUE(is_loopback(head.where)) << to_string(head.where);
    const auto plain = run_control({"list"});
    EXPECT_EQ(plain.exit_code, 0) << plain.output;
    EXPECT_EQ(run_control({"list", "--at", head.place()}).exit_code, 0);
    ::setenv("LOCKSTEP_PKI", head.pki.folder().c_str(), 1);
    const auto by_address =
        run_control({"list", "--at", host + ':' + std::to_string(head.where.port)});
    ::unsetenv("LOCKSTEP_PKI");
    EXPECT_EQ(by_address.exit_code, 0) << by_address.output;
  }
}

TEST(control_port, the_command_line_tells_what_is_wrong_with_certificates_and_tls) {
  const guarded_head head;
  const control_pki other;
  const auto at = to_string(head.where);
  const auto wrong_ca = run_control({"list", "--at", at, "--ca", other.ca()});
  EXPECT_EQ(wrong_ca.exit_code, 3);
  EXPECT_TRUE(holds(wrong_ca.output, "certificate")) << wrong_ca.output;
  const auto plain = run_control({"list", "--at", at});
  EXPECT_EQ(plain.exit_code, 3);
  EXPECT_TRUE(holds(plain.output, "TLS only") && holds(plain.output, "--ca")) << plain.output;
  const auto no_ca = run_control({"list", "--at", at, "--ca", head.pki.path("no-such.pem")});
  EXPECT_EQ(no_ca.exit_code, 2);
  EXPECT_TRUE(holds(no_ca.output, "no-such.pem")) << no_ca.output;
  const guarded_head speaks_plain{{}};
  const auto too_much =
      run_control({"list", "--at", to_string(speaks_plain.where), "--ca", speaks_plain.pki.ca()});
  EXPECT_EQ(too_much.exit_code, 3);
  EXPECT_TRUE(holds(too_much.output, "TLS")) << too_much.output;
}

TEST(control_port, on_plain_loopback_another_user_needs_a_token) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can be another user";
  const guarded_head head{{}};
  const std::string describe = R"({"jsonrpc":"2.0","id":1,"method":"system.describe"})";
  const auto refused = json::parse(test::ask_as_nobody(head.where, describe));
  EXPECT_EQ(refused.at("error").at("code"), rpc_code::unauthenticated);
  const auto stopping =
      test::ask_as_nobody(head.where, R"({"jsonrpc":"2.0","method":"system.terminate"})"
                                      "\n" +
                                          describe);
  EXPECT_TRUE(holds(stopping, "-32014")) << stopping;
  const auto token = head.pki.token(token_kind::read);
  const auto both = test::ask_as_nobody(
      head.where, R"({"jsonrpc":"2.0","id":0,"method":"session.authenticate","params":{"token":")" +
                      token + "\"}}\n" + describe);
  EXPECT_TRUE(holds(both, R"("role":"read")")) << both;
  EXPECT_TRUE(holds(both, R"("name":"lockstep")")) << both;
  EXPECT_TRUE(head.audit_comes_to_hold("(uid 65534)"));
  client own(head.where);
  own.send(describe + "\n");
  EXPECT_TRUE(holds(own.line().value_or(""), "lockstep"));
}

TEST(control_port, what_is_sent_behind_a_token_is_answered_in_its_order) {
  const guarded_head head{{}};
  const auto token = head.pki.token(token_kind::read);
  constexpr int asked = 40; // fewer than may wait for a token
  for (int round = 0; round < 20; ++round) {
    client own(head.where);
    own.send(R"({"jsonrpc":"2.0","id":0,"method":"session.authenticate","params":{"token":")" +
             token + "\"}}\n");
    // One by one, so that some come while those before them are taken up again.
    for (int id = 1; id <= asked; ++id)
      own.send(R"({"jsonrpc":"2.0","method":"system.describe","id":)" + std::to_string(id) + "}\n");
    for (int id = 0; id <= asked; ++id) {
      const auto answer = own.line();
      ASSERT_TRUE(answer) << id;
      ASSERT_EQ(json::parse(*answer).at("id"), id);
    }
  }
}

TEST(control_port, what_stands_behind_a_token_in_its_batch_has_the_role_of_the_token) {
  const guarded_head head{{}};
  const auto token = head.pki.token(token_kind::read);
  client own(head.where); // an admin until it shows the token
  own.send(R"([{"jsonrpc":"2.0","id":0,"method":"session.authenticate","params":{"token":")" +
           token +
           R"("}},{"jsonrpc":"2.0","id":1,"method":"system.terminate"},)"
           R"({"jsonrpc":"2.0","id":2,"method":"system.describe"}])"
           "\n");
  const auto answers = json::parse(own.line().value_or("[]"));
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].at("result").at("role"), "read");
  EXPECT_EQ(answers[1].at("error").at("code"), rpc_code::forbidden);
  EXPECT_EQ(answers[2].at("result").at("name"), "lockstep");
}

TEST(control_port, sighup_loads_new_certificates_and_a_bad_set_changes_nothing) {
  const guarded_head head;
  const auto token = head.pki.token(token_kind::read);
  connection before{head.pki.access(head.where, token)};
  ASSERT_TRUE(authority(head.pki.folder()).renew(head_name));
  head.signal(SIGHUP);
  EXPECT_TRUE(head.audit_comes_to_hold(R"("what":"certificates.loaded")"));
  EXPECT_EQ(code_of(before, "system.describe"), 0);
  std::ofstream{head.pki.path(pki_file::head)} << "no certificate";
  head.signal(SIGHUP);
  EXPECT_TRUE(head.audit_comes_to_hold(R"("what":"certificates.refused")"));
  connection after{head.pki.access(head.where, token)};
  EXPECT_EQ(code_of(after, "system.describe"), 0);
}

TEST(control_port, a_head_whose_certificate_lacks_its_address_renews_it_before_it_listens) {
  const guarded_head head{{"--tls", "--cluster", "127.0.0.2:0"}};
  const auto facts = read_certificate(text_of(head.pki.path(pki_file::head)));
  ASSERT_TRUE(facts);
  EXPECT_NE(std::ranges::find(facts->hosts, "127.0.0.2"), facts->hosts.end());
}

TEST(control_port, without_tls_sighup_ends_the_head_as_before) {
  running_head head;
  ::kill(head.pid(), SIGHUP);
  const auto how = head.wait(std::chrono::seconds{10});
  ASSERT_TRUE(how);
  EXPECT_EQ(how->exit_code, 0);
}

} // namespace lockstep
