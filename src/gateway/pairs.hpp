// Pairs: gives requests about scenes, devices, objects and properties to the pair that serves the scene, and
// learns from the answers which scenes there are.
#pragma once

#include <string>
#include <vector>

#include "gateway/routing.hpp"
#include "gateway/scene_locations.hpp"
#include "http/service.hpp"
#include "telemetry/metrics.hpp"

namespace aesel::gateway {

/// Is a service in this process? One that is not has to be told which scenes to serve.
enum class Place { kHere, kElsewhere };

/// An objects and a scenes service that serve the same scenes. The services outlive the gateway.
struct Pair {
  std::string cluster;  // its name
  http::Service& objects;
  http::Service& scenes;
  Place scenes_place = Place::kHere;
};

/// Which pair:
///   the scene that the request names has one        -> that
///   the request can create it, and none has it yet  -> the one with the fewest scenes
///   anything else                                   -> the first
/// A scene is named by the path; for registrations by the body, as the scenes service has it, or else by the
/// path. Answers of PUT and POST that create, of registrations and of GET tell which scenes there are; after
/// a DELETE a location is forgotten.
///
/// Thread: the core. REQUIRES: the locations were made with the pairs' names in the same order.
class Pairs {
 public:
  Pairs(std::vector<Pair> pairs, SceneLocations& locations, const Clock& clock, telemetry::Metrics& metrics);

  /// The service that would get a request without a body; for http::Service::body_mode.
  const http::Service& peek(const Destination& destination) const;
  /// REQUIRES: kObjects or kScenes; the request's path is that of the destination.
  Task<http::Response> handle(http::Request& request, const Destination& destination);

 private:
  Task<http::Response> handle_scenes(http::Request& request, std::string scene);
  Task<std::size_t> choose_for_new(std::string scene);
  Task<bool> has_scene(std::size_t pair, std::string scene, const http::Request* on_behalf);
  Task<void> learn(http::Response& response, std::size_t pair);
  Task<void> warm_up(std::string scene, std::size_t pair);

  std::vector<Pair> pairs_;
  SceneLocations& locations_;
  const Clock& clock_;
  telemetry::Counter& warm_up_failures_;
  telemetry::RateLimited log_;
};

}  // namespace aesel::gateway
