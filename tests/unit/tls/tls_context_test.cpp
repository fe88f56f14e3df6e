// SPDX-License-Identifier: BSD-3-Clause

#include "tests/unit/link/test_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace lockstep::test {

namespace {

using ::testing::HasSubstr;

std::string why(const tls_files& files) {
  const auto loaded = tls_context::load(files, {});
  return loaded ? "" : loaded.error();
}

TEST(tls_context, good_files_are_loaded_and_tell_who_we_are) {
  test_authority authority;
  const auto context = load_or_fail(authority.issue(certificate_role::node, "alpha"));
  ASSERT_TRUE(context->own());
  EXPECT_EQ(context->own()->name, "alpha");
  EXPECT_EQ(context->own()->role, certificate_role::node);
}

TEST(tls_context, each_wrong_file_is_named_with_what_is_wrong) {
  test_authority authority;
  test_authority other;
  const auto good = authority.issue(certificate_role::node, "alpha");
  const auto beta = authority.issue(certificate_role::node, "beta");
  EXPECT_EQ(why(good), "");

  auto files = good;
  files.key = beta.key;
  EXPECT_THAT(why(files), HasSubstr("beta-key.pem\" does not belong to the certificate"));
  files = good;
  files.key = good.certificate;
  EXPECT_THAT(why(files), HasSubstr("holds no private key"));
  files = good;
  files.certificate = authority.file("nowhere.pem");
  EXPECT_THAT(why(files), HasSubstr("nowhere.pem\" cannot be read: No such file"));
  files = good;
  files.certificate = good.key;
  EXPECT_THAT(why(files), HasSubstr("holds no certificate in PEM"));
  files = good;
  files.authority = other.file("authority.pem");
  EXPECT_THAT(why(files), HasSubstr("alpha.pem\" is not valid under the authority"));
  files = good;
  files.authority.clear();
  EXPECT_THAT(why(files), HasSubstr("no file is named for the authority's certificate"));
  EXPECT_THAT(
      why(authority.issue(certificate_role::node, "old",
                          {.from = std::chrono::seconds{-9}, .to = std::chrono::seconds{-5}})),
      HasSubstr("certificate has expired"));
  EXPECT_THAT(
      why(authority.issue(certificate_role::node, "new", {.from = std::chrono::seconds{900}})),
      HasSubstr("not yet valid"));
}

TEST(tls_context, a_revocation_list_must_be_right_if_it_is_there) {
  test_authority authority;
  test_authority other;
  const auto files = authority.issue(certificate_role::node, "alpha");
  const auto serial = load_or_fail(files)->own()->serial;
  authority.revoke({});
  EXPECT_EQ(why(files), "");
  authority.revoke({serial});
  EXPECT_THAT(why(files), HasSubstr("revoked"));
  other.revoke({});
  auto foreign = files;
  foreign.revocation = other.file("revoked.pem");
  EXPECT_THAT(why(foreign), HasSubstr("list of another authority"));
  std::ofstream{files.revocation} << "rubbish";
  EXPECT_THAT(why(files), HasSubstr("holds no revocation list"));
}

TEST(tls_context, without_files_it_serves_to_join_by_token) {
  test_authority authority;
  EXPECT_FALSE(load_or_fail({}, {.pinned_authority = authority.fingerprint()})->own());
}

} // namespace

} // namespace lockstep::test
