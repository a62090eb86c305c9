// Connection: one client of the server: reads requests, has them answered, sends the answers.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "http/body_reader.hpp"
#include "http/message.hpp"
#include "http/pace.hpp"
#include "http/serialize.hpp"
#include "http/server.hpp"
#include "http/transport.hpp"

namespace aesel::http {

/// What all connections of a server share. One thread.
struct ServerShared {
  ServerShared(Service& s, const ServerOptions& o, telemetry::Metrics& m)
      : service(s),
        options(o),
        requests(m.counter("aesel_http_requests_total", "Requests answered.")),
        refused(
            m.counter("aesel_http_refused_total", "Requests that were malformed, too large or too slow.")),
        duration(m.histogram("aesel_http_request_seconds", "From the end of a request to its answer.")) {}
  Service& service;
  const ServerOptions options;
  telemetry::Counter& requests;
  telemetry::Counter& refused;
  telemetry::Histogram& duration;
  bool draining = false;
};

/// Lives in the server's list until serve() has ended. Memory: a buffer of 4 kB while idle; the body of a
/// request that is taken whole; one piece of a body that is streamed.
class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket socket, ServerShared& shared);

  /// Until the client or the server closes.
  Task<void> serve();
  /// Called now and then: closes a connection whose client is too slow.
  void enforce_deadlines(std::int64_t now_ns);
  void close_if_idle();
  void close();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Phase { kIdle, kHeader, kBody, kHandling };
  class RequestSource;

  /// The body of the present request, if the handler reads it itself.
  struct Incoming {
    BodyReader reader;
    Pace pace;
    bool continue_due = false;  // the client waits for "100 Continue"
    bool failed = false;
  };
  /// What becomes of the connection after a response.
  enum class After { kKeep, kDrainAndKeep, kLinger, kClose };

  void enter(Phase phase);
  PaceLimit pace_limit() const;
  void wait_for_body(std::int64_t deadline_ns);

  Task<bool> agree_on_secrets();

  // Requests.
  Task<void> serve_requests();
  Task<error_code> read_request(Request& request);
  error_code begin_body(Request& request);
  bool describe(Request& request);
  void stream_body(Request& request);
  Task<Result<std::size_t>> read_piece(std::span<char> into);
  Task<Response> answer(Request& request);
  Task<void> refuse(error_code error);
  Task<void> say_and_close(const Response& response);

  // Responses.
  After after_response(const Response& response);
  Task<bool> finish(After after);
  Task<error_code> stream(Response& response, Keep keep);
  Task<error_code> flush(boost::asio::const_buffer piece = {});
  Task<bool> drain();
  Task<void> linger();

  void remember_addresses();

  Transport transport_;
  ServerShared& shared_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<Incoming> incoming_;
  std::string out_;
  std::string local_address_, peer_address_;
  Phase phase_ = Phase::kIdle;
  bool target_is_bad_ = false;
  bool response_begun_ = false;  // a streamed one: nothing else may be sent now
  std::int64_t deadline_ns_ = 0;
  std::int64_t write_deadline_ns_ = 0;  // 0: nothing waits to be sent
};

}  // namespace aesel::http
