// SPDX-License-Identifier: BSD-3-Clause

#include "control/cluster/cluster.hpp"

#include "platform/authority/pki_files.hpp"
#include "platform/tokens/admission.hpp"

#include <stdexcept>
#include <utility>

namespace lockstep {

cluster::cluster(link_acceptor& acceptor, const cluster_options& options, cluster_watcher watcher)
    : acceptor_(acceptor), options_(options), authority_(options.pki),
      watcher_(std::move(watcher)) {
  auto loaded = load();
  if (!loaded)
    throw std::runtime_error(loaded.error());
  const auto context = *std::move(loaded);
  const auto own = own_hello(certificate_role::head, context->own()->name, LOCKSTEP_VERSION);
  if (options_.listen)
    listener_.emplace(context, listener_options{.where = *options_.listen, .own = own},
                      callbacks());
  if (!options_.nodes.empty())
    dialler_.emplace(
        options_.nodes, context, own,
        [this](dialled link, std::function<void()> on_end) {
          watcher_("join", "node " + link.peer.certificate.name, link.peer.address, "dialled");
          return admit(std::move(link.session), link.peer, std::move(on_end));
        },
        [this](const address& node, const std::string& why) {
          watcher_("refused", "", to_string(node), why);
        });
}

std::optional<address> cluster::where() const {
  return listener_ ? std::optional{listener_->where()} : std::nullopt;
}

tl::expected<cluster::context_pointer, std::string> cluster::load() const {
  // The list is made anew where it is about to run out, so that it never keeps all nodes out.
  if (const auto list = authority_.revocation(); !list)
    return tl::unexpected(list.error().text);
  tls_demand demand;
  demand.role = certificate_role::node;
  demand.without_certificate = true; // for a machine that joins by token; it gets no link
  demand.oldest = options_.oldest;
  return tls_context::load(member_files(options_.pki, head_name), demand);
}

tl::expected<void, std::string> cluster::reload() {
  auto loaded = load();
  if (!loaded)
    return tl::unexpected(std::move(loaded.error()));
  const auto context = *std::move(loaded);
  if (listener_)
    listener_->use(context);
  if (dialler_)
    dialler_->use(context);
  cut_revoked();
  return {};
}

void cluster::cut_revoked() {
  const auto known = authority_.list();
  if (!known)
    return;
  const auto now = authority_.now();
  std::set<std::string> valid_names;
  std::vector<std::string> to_cut;
  {
    const std::lock_guard guard{mutex_};
    for (const auto& one : *known) {
      if (one.revoked_at)
        revoked_.insert(one.serial);
      if (one.is_valid(now))
        valid_names.insert(one.name);
    }
    // A link may be older than its certificate, whose serial is then that of one which expired.
    for (const auto& [name, serial] : serials_)
      if (revoked_.contains(serial) || !valid_names.contains(name))
        to_cut.push_back(name);
  }
  for (const auto& name : to_cut)
    if (acceptor_.cut(name) != 0)
      watcher_("cut", "node " + name, "", "its certificate is revoked");
}

bool cluster::admit(std::unique_ptr<tls_session> session, const link_peer& peer,
                    std::function<void()> on_end) {
  const auto& name = peer.certificate.name;
  if (acceptor_.cut(name) != 0)
    watcher_("cut", "node " + name, peer.address, "it dialled anew");
  {
    // Revoked while its handshake was under way with the list of before.
    const std::lock_guard guard{mutex_};
    if (revoked_.contains(peer.certificate.serial)) {
      watcher_("refused", "node " + name, peer.address, "its certificate is revoked");
      return false;
    }
    serials_[name] = peer.certificate.serial;
  }
  tls_link link{.session = std::move(session), .name = name, .address = peer.address};
  link.on_end = [this, name, from = peer.address,
                 after = std::move(on_end)](const std::string& why) {
    watcher_("leave", "node " + name, from, why);
    if (after)
      after();
  };
  return acceptor_.admit(std::move(link));
}

listener_callbacks cluster::callbacks() {
  listener_callbacks to;
  to.on_link = [this](std::unique_ptr<tls_session> session, const link_peer& peer) {
    admit(std::move(session), peer, {});
  };
  to.enrol = [this](const enrol_request& wanted, const std::optional<certificate_facts>& shown,
                    const std::string& from) { return enrol(wanted, shown, from); };
  to.on_joined = [this](const std::string& who, const std::string& from) {
    if (!who.ends_with(" enrolled")) // enrol() has told more
      watcher_("join", who, from, "");
  };
  to.on_refused = [this](const std::string& from, const std::string& why) {
    watcher_("refused", "", from, why);
  };
  return to;
}

tl::expected<enrol_answer, refusal> cluster::answer_with(issued_certificate issued) const {
  auto facts = authority_.facts();
  if (!facts)
    return tl::unexpected(refusal{std::move(facts.error().text)});
  return enrol_answer{std::move(issued.certificate), std::move(facts->certificate),
                      std::move(issued.revocation)};
}

tl::expected<enrol_answer, refusal> cluster::enrol(const enrol_request& wanted,
                                                   const std::optional<certificate_facts>& shown,
                                                   const std::string& from) {
  if (shown && wanted.token.empty()) {
    auto renewed = authority_.renew_request(wanted.request, *shown);
    if (!renewed)
      return tl::unexpected(refusal{std::move(renewed.error().text)});
    return answer_with(*std::move(renewed));
  }
  auto done = admit_by_token(authority_, wanted.token, wanted.request);
  if (done) {
    watcher_("enrolled", "node " + done->issued.facts.name, from, "token " + done->token.id);
    return answer_with(std::move(done->issued));
  }
  if (const auto* refused = std::get_if<token_refusal>(&done.error())) {
    watcher_("token_refused", refused->id, from, to_string(*refused) + ' ' + refused->text);
    return tl::unexpected(refusal{to_string(*refused)});
  }
  return tl::unexpected(refusal{std::get<pki_error>(done.error()).text});
}

} // namespace lockstep
