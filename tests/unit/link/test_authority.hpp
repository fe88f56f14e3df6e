// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/tls/tls_context.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace lockstep::test {

/// A cluster's authority with files in a folder of its own, which goes away with it. Made with
/// OpenSSL alone, so that tests of the transport do not rest on the code that issues real
/// certificates.
class test_authority {
public:
  test_authority();
  ~test_authority();
  test_authority(const test_authority&) = delete;
  test_authority& operator=(const test_authority&) = delete;

  struct wishes {
    std::chrono::seconds from{-3'600}; ///< validity, from now
    std::chrono::seconds to{3'600};
    std::string uri = {}; ///< instead of the usual one
  };

  /// A certificate and its key, as files. Names are used once.
  tls_files issue(certificate_role role, const std::string& name, const wishes& wanted);
  tls_files issue(certificate_role role, const std::string& name) {
    return issue(role, name, wishes{});
  }

  /// A revocation list with these serial numbers, as one more file of all that were issued.
  void revoke(const std::vector<std::string>& serials);

  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] std::string file(const std::string& name) const;

private:
  std::filesystem::path folder_;
  evp_pkey_st* key_;
  x509_st* certificate_;
  long next_serial_ = 100;
};

/// A context, or the test fails with the sentence.
std::shared_ptr<const tls_context> load_or_fail(const tls_files& files,
                                                const tls_demand& demand = {});

} // namespace lockstep::test
