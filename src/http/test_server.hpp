// A server on a thread of its own, and a client that speaks in bytes: for tests of the loopback kind.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "http/server.hpp"

namespace aesel::http {

/// Stopped at the end. Its service is used on its thread.
class TestServer {
 public:
  explicit TestServer(Service& service, const ServerOptions& options = {}) { start(service, options); }
  /// A service that is made for the server's context, and ends with it.
  using Make = std::function<std::unique_ptr<Service>(boost::asio::io_context&)>;
  explicit TestServer(const Make& make, const ServerOptions& options = {}) : service_(make(context_)) {
    start(*service_, options);
  }
  ~TestServer() {
    boost::asio::post(context_, [this] { server_->stop(1000); });
    thread_.join();
    service_.reset();
  }
  std::uint16_t port() const { return server_->port(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

  /// Sends bytes, then reads until the server closes.
  std::string exchange(const std::string& bytes) const {
    TestConnection connection(*this);
    connection.send(bytes);
    return connection.read_all();
  }

  /// One connection to the server. Blocks.
  class TestConnection {
   public:
    explicit TestConnection(const TestServer& server) : socket_(context_) {
      socket_.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
    }
    /// May run while another thread reads.
    error_code send(const std::string& bytes) {
      error_code error;
      boost::asio::write(socket_, boost::asio::buffer(bytes), error);
      return error;
    }
    /// Until `end` has been read, or the server closes.
    std::string read_until(std::string_view end) {
      std::string answer;
      while (!error_ && !answer.ends_with(end)) read_into(answer);
      return answer;
    }
    std::string read_all() {
      std::string answer;
      while (!error_) read_into(answer);
      return answer;
    }
    /// eof after an orderly end.
    const error_code& error() const { return error_; }
    boost::asio::ip::tcp::socket& socket() { return socket_; }

   private:
    void read_into(std::string& answer) {
      char buffer[65536];
      answer.append(buffer, socket_.read_some(boost::asio::buffer(buffer), error_));
    }
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_;
    error_code error_;
  };

 private:
  void start(Service& service, ServerOptions options) {
    options.host = "127.0.0.1";
    server_ = std::move(open_server(context_, options, service, metrics_).value());
    boost::asio::co_spawn(context_, server_->run(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }

  boost::asio::io_context context_;
  telemetry::Metrics metrics_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

/// Gives a text again and again, in pieces of at most `piece`, `bytes` in all; then the end, or an error.
class TestSource final : public BodySource {
 public:
  struct Options {
    std::uint64_t bytes = 0;
    std::size_t piece = ~std::size_t{0};
    bool fails = false;
  };
  explicit TestSource(Options options) : options_(options) {}
  Task<Result<std::size_t>> read(std::span<char> into) override {
    const std::size_t bytes = std::min<std::uint64_t>({into.size(), options_.piece, options_.bytes - sent_});
    for (std::size_t i = 0; i < bytes; ++i) into[i] = at(sent_ + i);
    sent_ += bytes;
    if (bytes == 0 && options_.fails) co_return make_error_code(boost::system::errc::io_error);
    co_return bytes;
  }
  static char at(std::uint64_t offset) { return static_cast<char>('a' + offset % 23); }
  static std::string text(std::uint64_t bytes) {
    std::string all(bytes, ' ');
    for (std::uint64_t i = 0; i < bytes; ++i) all[i] = at(i);
    return all;
  }

 private:
  const Options options_;
  std::uint64_t sent_ = 0;
};

}  // namespace aesel::http
