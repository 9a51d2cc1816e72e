# SPDX-License-Identifier: Apache-2.0
"""The words of a disclosure office, and what they do to the real program.

language   sentences, stories, and what is wrong with one
people     the roll of the stories, and requests that are good in every way
instance   one office: its folder, its people, its batches, what left it
words_*    the sentences
"""
