// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/host_names.hpp"

#include "platform/network/host_name.hpp"
#include "platform/openssl/pki_result.hpp"

#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace lockstep {

namespace {

constexpr std::size_t dns_name_length_max = 253;
constexpr std::size_t label_length_max = 63;
constexpr std::size_t names_max = 100;

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= label_length_max && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

/// Of lower case. One whose last part is a number is an address, or was meant as one.
bool is_dns_name(std::string_view name) {
  if (name.size() > dns_name_length_max)
    return false;
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.')) {
    if (!is_label(name.substr(0, dot)))
      return false;
    name.remove_prefix(dot + 1);
  }
  return is_label(name) && name.find_first_not_of("0123456789") != std::string_view::npos;
}

std::string text_of_address(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* written = ::inet_ntop(family, bytes, text.data(), text.size());
  return written == nullptr ? std::string{} : std::string{written};
}

/// In its usual form; empty if it is none.
std::string ip_address_from(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  for (const int family : {AF_INET, AF_INET6})
    if (::inet_pton(family, text.c_str(), bytes.data()) == 1)
      return text_of_address(family, bytes.data());
  return {};
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(bytes));
  if (size != sizeof(in_addr) && size != sizeof(in6_addr))
    return {};
  return text_of_address(size == sizeof(in_addr) ? AF_INET : AF_INET6,
                         ASN1_STRING_get0_data(bytes));
}

std::string host_of(const GENERAL_NAME* name) {
  if (name->type == GEN_IPADD)
    return address_of(name->d.iPAddress);
  if (name->type != GEN_DNS)
    return {};
  const auto* text = name->d.dNSName;
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

} // namespace

std::optional<std::string> host_name_from(std::string_view text) {
  std::string name{text};
  if (auto ip = ip_address_from(name); !ip.empty())
    return ip == "0.0.0.0" || ip == "::" ? std::nullopt : std::optional{std::move(ip)};
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return static_cast<char>(c < 0x80 ? std::tolower(c) : c);
  });
  return is_dns_name(name) ? std::optional{std::move(name)} : std::nullopt;
}

host_names loopback_names() {
  return {"localhost", "127.0.0.1", "::1"};
}

host_names names_of_this_machine() {
  auto names = loopback_names();
  if (const auto own = host_name_from(host_name()))
    names = joined_hosts(std::move(names), {*own});
  return names;
}

host_names joined_hosts(host_names all, const host_names& more) {
  for (const auto& text : more) {
    const auto name = host_name_from(text);
    if (!name)
      throw pki_failure("'" + text +
                        "' is no name of a host: take a DNS name or an IP address, IPv6 without "
                        "brackets.");
    if (std::ranges::find(all, *name) == all.end())
      all.push_back(*name);
  }
  if (all.size() > names_max)
    throw pki_failure("A certificate names " + std::to_string(names_max) + " hosts, and no more.");
  return all;
}

std::string alternative_name_of(const std::string& host) {
  return (ip_address_from(host).empty() ? "DNS:" : "IP:") + host;
}

host_names host_names_of(const x509_st* certificate) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &GENERAL_NAMES_free};
  host_names found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i)
    if (const auto host = host_name_from(host_of(sk_GENERAL_NAME_value(names.get(), i))))
      found.push_back(*host);
  return found;
}

} // namespace lockstep
