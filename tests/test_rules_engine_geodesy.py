"""Distances against geographiclib, whose geodesics are exact."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from rules_engine.geodesy import LatLon, LocalFrame, Segments, cross_track_m, distance_m, metres_per_degree

LATITUDES = (0.0, 31.5, -38.0, 60.0, 78.2, -89.5)
LONGITUDES = (0.0, 119.9, -77.0, 179.999)


@pytest.mark.parametrize("lat", LATITUDES)
@pytest.mark.parametrize("lon", LONGITUDES)
@pytest.mark.parametrize(("length_m", "tolerance_m"), [(1.0, 1e-5), (1000.0, 0.002), (50_000.0, 0.05), (1e6, 50.0)])
def test_distance_is_the_geodesic(lat: float, lon: float, length_m: float, tolerance_m: float) -> None:
    ends = [Geodesic.WGS84.Direct(lat, lon, azimuth, length_m) for azimuth in range(0, 360, 15)]
    measured = distance_m(lat, lon, np.array([e["lat2"] for e in ends]), np.array([e["lon2"] for e in ends]))
    np.testing.assert_allclose(measured, length_m, atol=tolerance_m)


def test_the_antipode_is_half_way_round() -> None:
    assert distance_m(31.0, 120.0, -31.0, -60.0) == pytest.approx(20_003_931, rel=0.005)


@pytest.mark.parametrize("lat", LATITUDES)
@pytest.mark.parametrize("lon", LONGITUDES)
def test_frame_keeps_distance_and_direction_from_its_origin(lat: float, lon: float) -> None:
    frame = LocalFrame.at(lat, lon)
    for azimuth in range(0, 360, 30):
        place = Geodesic.WGS84.Direct(lat, lon, azimuth, 50_000.0)
        east, north = frame.project(place["lat2"], place["lon2"])
        expected = 50_000 * np.sin(np.radians(azimuth)), 50_000 * np.cos(np.radians(azimuth))
        np.testing.assert_allclose((east, north), expected, atol=0.05)


@pytest.mark.parametrize("lat", LATITUDES[:-1])
def test_frame_keeps_distances_50_km_from_its_origin(lat: float) -> None:
    frame = LocalFrame.at(lat, 120.0)
    for azimuth in range(0, 360, 45):
        start = Geodesic.WGS84.Direct(lat, 120.0, azimuth, 50_000.0)
        for course in range(0, 360, 40):
            for length_m, tolerance_m in ((1000.0, 0.1), (25_000.0, 0.5)):
                end = Geodesic.WGS84.Direct(start["lat2"], start["lon2"], course, length_m)
                east, north = frame.project([start["lat2"], end["lat2"]], [start["lon2"], end["lon2"]])
                assert np.hypot(np.diff(east), np.diff(north)) == pytest.approx(length_m, abs=tolerance_m)


def test_frame_does_not_fold_and_keeps_nan() -> None:
    frame = LocalFrame.at(31.5, 120.0)
    east, north = frame.project([-31.4, np.nan, 31.5], [-60.0, 120.0, 120.0])
    assert np.hypot(east[0], north[0]) > 19_000_000
    assert np.isnan([east[1], north[1]]).all()
    assert (east[2], north[2]) == (0.0, 0.0)


def test_frames_of_many_places_are_taken_one_for_each_fix() -> None:
    frames = LocalFrame.at([31.5, -20.0], [120.0, -179.9])
    east, north = frames.take(np.array([1, 0, 1])).project([-20.0, 31.51, -20.0], [179.9, 120.0, -179.9])
    assert east[0] == pytest.approx(-Geodesic.WGS84.Inverse(-20, -179.9, -20, 179.9)["s12"], abs=0.01)
    assert north[1] == pytest.approx(Geodesic.WGS84.Inverse(31.5, 120, 31.51, 120)["s12"], abs=0.001)
    assert (east[2], north[2]) == (0.0, 0.0)


def test_frame_around_the_date_line_lies_between() -> None:
    lat, lon = np.array([-17.0, -17.2]), np.array([179.9, -179.9])
    east, _ = LocalFrame.around(lat, lon).project(lat, lon)
    assert east[0] < 0 < east[1] < 12_000


@pytest.mark.parametrize("lat", LATITUDES[:-1])
@pytest.mark.parametrize("lon", LONGITUDES)
@pytest.mark.parametrize("offset_m", [-1000.0, -35.0, 0.0, 120.0, 1000.0])
def test_cross_track_is_signed_to_the_right(lat: float, lon: float, offset_m: float) -> None:
    for azimuth in range(0, 360, 60):
        leg = Geodesic.WGS84.Direct(lat, lon, azimuth, 20_000.0)
        halfway = Geodesic.WGS84.Direct(lat, lon, azimuth, 12_000.0)
        fix = Geodesic.WGS84.Direct(halfway["lat2"], halfway["lon2"], halfway["azi2"] + 90.0, offset_m)
        measured = cross_track_m(
            np.array([fix["lat2"], np.nan]),
            np.array([fix["lon2"], lon]),
            LatLon(lat, lon),
            LatLon(leg["lat2"], leg["lon2"]),
        )
        assert measured[0] == pytest.approx(offset_m, abs=0.1)
        assert np.isnan(measured[1])


def test_a_leg_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="between two places"):
        cross_track_m(np.array([31.0]), np.array([120.0]), LatLon(31.0, 120.0), LatLon(31.0, 120.0))


def test_a_degree_is_as_long_as_the_geodesic() -> None:
    for lat in LATITUDES:
        metres_lat, metres_lon = metres_per_degree(np.array(lat))
        assert metres_lat * 0.001 == pytest.approx(
            Geodesic.WGS84.Inverse(lat - 5e-4, 0, lat + 5e-4, 0)["s12"], rel=1e-6
        )
        assert metres_lon * 0.001 == pytest.approx(Geodesic.WGS84.Inverse(lat, 0, lat, 1e-3)["s12"], rel=1e-6)


def test_segment_distance_knows_middle_ends_and_points() -> None:
    east, north = np.array([5.0, -3.0, 14.0, 5.0]), np.array([2.0, 4.0, -3.0, 0.0])
    zero, ten = np.zeros(4), np.full(4, 10.0)
    np.testing.assert_allclose(Segments(zero, zero, ten, zero).distance_m(east, north), [2.0, 5.0, 5.0, 0.0])
    np.testing.assert_allclose(Segments(zero, zero, zero, zero).distance_m(east, north), np.hypot(east, north))
