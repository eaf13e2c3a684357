"""The emoji names this workspace knows; a reaction by any other name is refused as Slack refuses it."""

import re

_NAMES = """
+1 -1 100 thumbsup thumbsdown one two three four five six seven eight nine zero keycap_ten heart hearts
white_check_mark heavy_check_mark ballot_box_with_check x heavy_multiplication_x negative_squared_cross_mark
tada eyes rocket fire sparkles star star2 stars dizzy boom zap rainbow sunny cloud snowflake ocean umbrella
smile smiley grinning grin laughing satisfied joy rolling_on_the_floor_laughing slightly_smiling_face
upside_down_face wink blush innocent heart_eyes star-struck kissing_heart yum stuck_out_tongue sunglasses
thinking_face neutral_face expressionless smirk unamused face_with_rolling_eyes grimacing relieved pensive
sleepy sleeping mask confused worried slightly_frowning_face open_mouth hushed astonished flushed cry sob
scream disappointed sweat weary tired_face triumph rage angry skull hankey clown_face ghost alien robot_face
wave raising_hand raised_hand hand ok_hand v crossed_fingers clap raised_hands open_hands pray muscle point_up point_down
point_left point_right writing_hand handshake facepunch fist brain eye speech_balloon thought_balloon zzz
yellow_heart green_heart blue_heart purple_heart black_heart white_heart orange_heart broken_heart
art frame_with_picture camera camera_with_flash movie_camera film_frames clapper lower_left_paintbrush
lower_left_crayon pencil pencil2 memo paintbrush paintbrushes performing_arts crystal_ball gem
arrows_counterclockwise repeat arrow_up arrow_down arrow_left arrow_right arrow_forward arrow_backward fast_forward
rewind leftwards_arrow_with_hook information_source recycle wastebasket scissors mag mag_right bulb test_tube dart level_slider control_knobs wrench hammer hammer_and_wrench gear link paperclip label pushpin
lock unlock key bell no_bell hourglass hourglass_flowing_sand stopwatch alarm_clock watch clock1 calendar date
chart_with_upwards_trend chart_with_downwards_trend bar_chart moneybag dollar euro pound credit_card receipt
warning no_entry no_entry_sign octagonal_sign construction rotating_light question grey_question exclamation
grey_exclamation bangbang interrobang red_circle large_blue_circle white_circle black_circle
large_green_circle large_yellow_circle large_orange_circle large_purple_circle
apple green_apple tangerine lemon banana watermelon grapes strawberry peach cherries pizza hamburger coffee tea
cake birthday beer cocktail teapot athletic_shoe mans_shoe high_heel shirt tshirt dress crown tophat
cat dog mouse fox_face bear panda_face koala tiger lion_face cow pig frog monkey_face see_no_evil hear_no_evil
speak_no_evil chicken penguin bird bee butterfly turtle fish dolphin whale octopus unicorn_face
seedling evergreen_tree deciduous_tree palm_tree cactus tulip cherry_blossom rose sunflower maple_leaf leaves
house office school car taxi bus bike train airplane ship checkered_flag trophy medal first_place_medal
second_place_medal third_place_medal balloon gift confetti_ball computer desktop_computer keyboard phone
iphone email envelope package inbox_tray outbox_tray file_folder open_file_folder clipboard book books
heavy_plus_sign heavy_minus_sign heavy_division_sign infinity new ok sos up cool free
"""
NAMES = frozenset(_NAMES.split())
_TONE = re.compile(r"^(?P<name>[a-z0-9_+'-]+)(::skin-tone-[2-6])?$")


def is_known(name: str) -> bool:
    """Whether the name, with or without a skin tone, is an emoji of this workspace."""
    found = _TONE.match(name)
    return found is not None and found["name"] in NAMES
