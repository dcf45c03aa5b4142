import copy
import gc
import pickle
import threading
import unittest

import rtffi


def polygons() -> int:
    return sum(row["count"] for row in rtffi.live_objects() if row["class"] == "Polygon")


class Objects(unittest.TestCase):
    def setUp(self):
        self.geometry = rtffi.load("geometry")
        gc.collect()
        self.before = polygons()

    def triangle(self):
        return self.geometry.polygon([0, 0, 3, 0, 3, 4])

    def test_an_object_goes_with_the_last_name_for_it(self):
        polygon = self.triangle()
        self.assertEqual(polygons(), self.before + 1)
        del polygon
        self.assertEqual(polygons(), self.before)

    def test_close_and_with_give_it_back_at_once(self):
        with self.triangle() as polygon:
            self.assertFalse(polygon.closed)
        self.assertTrue(polygon.closed)
        self.assertEqual(polygons(), self.before)
        polygon.close()
        with self.assertRaisesRegex(rtffi.HandleError, r"argument 1 \(polygon\): the Polygon was closed"):
            polygon.area()

    def test_a_share_is_closed_on_its_own(self):
        polygon = self.triangle()
        share = polygon.share()
        polygon.close()
        self.assertEqual(share.area(), 6)

    def test_a_copy_is_a_share(self):
        polygon = self.triangle()
        twin = copy.copy(polygon)
        del polygon
        self.assertEqual(twin.area(), 6)
        self.assertEqual(polygons(), self.before + 1)

    def test_what_would_copy_a_handle_alone_is_refused(self):
        polygon = self.triangle()
        for way, why in {pickle.dumps: "cannot be pickled", copy.deepcopy: "is not copied with what is in it"}.items():
            with self.subTest(way=way.__name__), self.assertRaisesRegex(TypeError, f"a Polygon {why}"):
                way(polygon)
        self.assertEqual(polygon.area(), 6)

    def test_a_scope_closes_what_was_made_inside_but_for_what_is_kept(self):
        with rtffi.scope() as scope:
            gone = self.triangle()
            kept = scope.keep(self.triangle())
        self.assertEqual(kept.area(), 6)
        self.assertTrue(gone.closed)

    def test_what_an_inner_scope_keeps_is_the_outer_ones(self):
        with rtffi.scope():
            with rtffi.scope() as inner:
                polygon = inner.keep(self.triangle())
                share = polygon.share()
            self.assertEqual(polygon.area(), 6)
        self.assertTrue(polygon.closed)
        self.assertEqual(share.area(), 6)

    def test_an_object_that_was_freed_elsewhere_is_told(self):
        polygon = self.triangle()
        share = polygon.share()
        handle = share.handle
        share.close()
        polygon.close()
        stale = object.__new__(self.geometry.Polygon)
        stale._handle = handle
        with self.assertRaisesRegex(rtffi.HandleError, r"geo_polygon_area: argument 1 \(polygon\): handle .* was freed"):
            stale.area()

    def test_an_object_of_another_class_is_refused(self):
        counter = rtffi.load("text").counter_new()
        with self.assertRaisesRegex(rtffi.HandleError, "TextCounter"):
            self.geometry.Polygon.area(counter)
        with self.assertRaisesRegex(TypeError, "expected an object of a plugin, got int"):
            self.geometry.Polygon.area(1)

    def test_objects_are_not_made_by_hand(self):
        with self.assertRaisesRegex(TypeError, "made by the functions of its plugin"):
            self.geometry.Polygon()

    def test_threads_use_and_drop_objects_side_by_side(self):
        areas = []

        def work():
            areas.extend(self.triangle().scaled(2).area() for _ in range(200))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(areas, [24.0] * 800)
        self.assertEqual(polygons(), self.before)
